import { describe, expect, it } from "vitest";
import type { MemberDiscovery } from "../../src/api/member-discovery.js";
import {
  type DiscoveryFinding,
  discoveryStatus,
  discoveryStatusEvent,
} from "../../src/placement/discovery-status.js";
import { NOW } from "./fixtures.js";

const LATER = "2026-11-21T12:00:00Z";
const FOUND: DiscoveryFinding = { kind: "Looked", clusters: 1001, missing: [] };
const EMPTY: DiscoveryFinding = { kind: "Looked", clusters: 0, missing: [] };
const FAILED: DiscoveryFinding = { kind: "Failed", message: "HTTP status 403: no role" };

function discovery(status?: MemberDiscovery["status"]): MemberDiscovery {
  return {
    apiVersion: "stagecoach.dev/v1",
    kind: "MemberDiscovery",
    metadata: { name: "aks", generation: 1 },
    spec: { fleet: "prod" },
    ...(status && { status }),
  };
}

/** The status after these findings, the last of them later than the others. */
function statusAfter(...findings: readonly DiscoveryFinding[]) {
  return findings.reduce<MemberDiscovery["status"]>(
    (status, finding, index) =>
      discoveryStatus(
        discovery(status),
        finding,
        index > 0 && index === findings.length - 1 ? LATER : NOW,
      ),
    undefined,
  );
}

describe("the status of discovery", () => {
  it.each([
    {
      what: "clusters",
      finding: FOUND,
      condition: {
        status: "True",
        reason: "ClustersFound",
        message: "Azure Resource Graph shows 1001 clusters with the tag fleet=prod",
      },
    },
    {
      what: "members without a cluster",
      finding: { kind: "Looked", clusters: 1, missing: ["a", "b"] } as const,
      condition: {
        status: "True",
        reason: "ClustersFound",
        message:
          "Azure Resource Graph shows 1 cluster with the tag fleet=prod; members whose cluster is not among them: a, b",
      },
    },
    {
      what: "no cluster, why most often, and what to do",
      finding: EMPTY,
      condition: {
        status: "False",
        reason: "NoClusterVisible",
        message: expect.stringMatching(
          /^since 2026-11-21T09:00:00Z .*lacks the role Reader.*add-member\.mjs --reader.*Members stay/s,
        ),
      },
    },
    {
      what: "until when Azure takes no query",
      finding: { kind: "Throttled", until: LATER } as const,
      condition: {
        status: "Unknown",
        reason: "Throttled",
        message: expect.stringContaining(`asked again at ${LATER}`),
      },
    },
    {
      what: "Azure's own words",
      finding: FAILED,
      condition: {
        status: "Unknown",
        reason: "QueryFailed",
        message: expect.stringContaining("HTTP status 403: no role"),
      },
    },
  ])("tells $what", ({ finding, condition }) => {
    expect(statusAfter(finding)?.conditions).toEqual([
      { type: "ClustersVisible", observedGeneration: 1, lastTransitionTime: NOW, ...condition },
    ]);
  });

  it("keeps the last numbers while Azure does not answer", () => {
    expect(statusAfter(FOUND, FAILED)).toMatchObject({ clusters: 1001, lookTime: LATER });
  });

  it("names ten members and counts the rest", () => {
    const missing = Array.from({ length: 12 }, (_, index) => `m${index}`);
    const [condition] = statusAfter({ kind: "Looked", clusters: 1, missing })?.conditions ?? [];
    expect(condition?.message).toMatch(/: m0, .*, m9 and 2 more$/);
  });

  it("keeps since when it has been so", () => {
    const [condition] = statusAfter(EMPTY, EMPTY)?.conditions ?? [];
    expect(condition).toMatchObject({ lastTransitionTime: NOW });
    expect(condition?.message).toContain(`since ${NOW}`);
  });

  it.each([
    { what: "no event for a first look that finds clusters", findings: [FOUND], event: undefined },
    { what: "no event for the same again", findings: [EMPTY, EMPTY], event: undefined },
    {
      what: "a warning when nothing is visible",
      findings: [EMPTY],
      event: { type: "Warning", reason: "NoClusterVisible" },
    },
    {
      what: "a warning when clusters are visible no more",
      findings: [FOUND, EMPTY],
      event: { type: "Warning", reason: "NoClusterVisible" },
    },
    {
      what: "a normal event when they are again",
      findings: [EMPTY, FOUND],
      event: { type: "Normal", reason: "ClustersFound" },
    },
  ])("has $what", ({ findings, event }) => {
    const after = statusAfter(...findings) ?? {};
    const found = discoveryStatusEvent(statusAfter(...findings.slice(0, -1)), after);
    if (event) expect(found).toMatchObject(event);
    else expect(found).toBeUndefined();
  });
});
