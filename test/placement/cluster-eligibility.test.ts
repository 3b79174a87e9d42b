import { describe, expect, it } from "vitest";
import type { MemberClusterStatus } from "../../src/api/member-cluster.js";
import type { Condition } from "../../src/api/meta.js";
import { ineligibility } from "../../src/placement/cluster-eligibility.js";
import { makeMember } from "./fixtures.js";

const NOW = new Date("2026-11-21T10:00:00Z");

const condition = (
  type: string,
  status: "True" | "False" | "Unknown",
  lastTransitionTime: string,
): Condition => ({ type, status, lastTransitionTime, reason: "Seen", message: "" });

const agent = (
  conditions: Condition[],
  lastReceivedHeartbeat = "2026-11-21T09:59:30Z",
): MemberClusterStatus => ({
  agentStatus: [{ type: "MemberAgent", conditions, lastReceivedHeartbeat }],
});

const joined = condition("Joined", "True", "2026-11-21T08:00:00Z");

describe("a member may be picked", () => {
  it.each([
    { when: "nothing is known of it", status: undefined, conditions: undefined },
    { when: "it has joined", status: undefined, conditions: [joined] },
    {
      when: "its agent has joined, reports and is healthy",
      status: agent([joined, condition("Healthy", "True", "2026-11-21T08:00:00Z")]),
      conditions: undefined,
    },
    {
      when: "its agent has been unhealthy for five minutes",
      status: agent([joined, condition("Healthy", "False", "2026-11-21T09:55:00Z")]),
      conditions: undefined,
    },
    {
      when: "it has been unhealthy for a minute",
      status: undefined,
      conditions: [condition("Healthy", "False", "2026-11-21T09:59:00Z")],
    },
    {
      when: "it has no agent, and has been at rest for a day",
      status: agent([{ ...joined, reason: "ReachedDirectly" }], "2026-11-20T10:00:00Z"),
      conditions: undefined,
    },
    {
      when: "only an agent of another kind reports nothing",
      status: { agentStatus: [{ type: "ServiceExportImportAgent" }] },
      conditions: undefined,
    },
  ])("when $when", ({ status, conditions }) => {
    const member = makeMember("a", {
      ...(status && { status }),
      ...(conditions && { conditions }),
    });
    expect(ineligibility(member, NOW)).toBeUndefined();
  });
});

describe("a member may not be picked", () => {
  it.each([
    {
      when: "its agent has not joined",
      status: agent([]),
      conditions: undefined,
      problem: "cluster is not connected to the fleet: member agent not joined yet",
    },
    {
      when: "its agent has been silent for more than five minutes",
      status: agent([joined], "2026-11-21T09:54:59Z"),
      conditions: undefined,
      problem:
        "cluster is not connected to the fleet: no recent heartbeat signals (last received 2026-11-21T09:54:59Z)",
    },
    {
      when: "its agent has been unhealthy for more than five minutes",
      status: agent([joined, condition("Healthy", "False", "2026-11-21T09:54:59Z")]),
      conditions: undefined,
      problem:
        "cluster is not connected to the fleet: unhealthy for a prolonged period of time (last transitioned 2026-11-21T09:54:59Z)",
    },
    {
      when: "its health has been unknown for more than five minutes",
      status: undefined,
      conditions: [condition("Healthy", "Unknown", "2026-11-21T09:00:00Z")],
      problem:
        "cluster is not connected to the fleet: unhealthy for a prolonged period of time (last transitioned 2026-11-21T09:00:00Z)",
    },
    {
      when: "it is said not to have joined",
      status: undefined,
      conditions: [condition("Joined", "Unknown", "2026-11-21T09:59:00Z")],
      problem: "cluster has not joined the fleet",
    },
  ])("when $when", ({ status, conditions, problem }) => {
    const member = makeMember("a", {
      ...(status && { status }),
      ...(conditions && { conditions }),
    });
    expect(ineligibility(member, NOW)).toBe(problem);
  });
});
