import { afterEach, describe, expect, it } from "vitest";
import { sha256 } from "../../src/activities/sha256.js";
import type { KubeObject } from "../../src/api/meta.js";
import { applySnapshot } from "../../src/clusters/apply-snapshot.js";
import type { ApplyStrategyOptions } from "../../src/manifests/apply-strategy.js";
import type { Owner } from "../../src/manifests/outcome.js";
import { OWNED_BY_ANNOTATION, ownerMark } from "../../src/manifests/ownership.js";
import { prepareManifest } from "../../src/manifests/prepare-manifest.js";
import { findBuiltinSchema } from "../../src/registry/builtin-schema.js";
import { answer, type FaultServer, faultServer, type Reaction, refusal } from "./fault-server.js";

const owner: Owner = { kind: "ClusterResourcePlacement", name: "web", uid: "1" };
const { signal } = new AbortController();
const OBJECT = "/api/v1/namespaces/shop/configmaps/a";

function configMap(key: string, metadata: object = {}): KubeObject {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { namespace: "shop", name: "a", uid: "u1", resourceVersion: "7", ...metadata },
    data: { key },
  };
}

const manifest = configMap("ours");
const applied = (of: KubeObject) => prepareManifest(of, owner, {}, sha256).desired.metadata;

/** As the member has it after `of` was applied and something changed it to `key`. */
const owned = (key: string, of = manifest) =>
  configMap(key, { annotations: applied(of).annotations, generation: 3 });
const foreign = (key: string, metadata: object = {}) =>
  configMap(key, { annotations: { note: "theirs" }, ...metadata });
const marked = (other: Owner) =>
  foreign("theirs", { annotations: { [OWNED_BY_ANNOTATION]: ownerMark(other) } });
const appliedWork = {
  ownerReferences: [
    {
      apiVersion: "placement.kubernetes-fleet.io/v1beta1",
      kind: "AppliedWork",
      name: "web-work",
      uid: "2",
    },
  ],
};
const child = { ownerReferences: [{ apiVersion: "v1", kind: "Pod", name: "p", uid: "2" }] };

const OUR_VALUE = { path: "/data/key", valueInHub: "ours" };
const ok = (object: KubeObject) => answer(200, object);
const invalid = refusal(422, "Invalid", "it is invalid");
const forbidden = refusal(403, "Forbidden", "configmaps is forbidden");

interface Case {
  readonly row: string;
  readonly strategy?: ApplyStrategyOptions;
  /** The answer to reading the object. */
  readonly read: Reaction;
  /** The answers to what follows, in order. */
  readonly next?: readonly Reaction[];
  /** What follows, without the queries. */
  readonly requests: readonly string[];
  readonly outcome: object;
  readonly diff?: object;
}

const PATCH = `PATCH ${OBJECT}`;
const dryRun = PATCH;
const TAKEN = { applied: true, change: "configured" };
const refused = (reason: string, message: unknown = expect.any(String)) => ({
  applied: false,
  reason,
  message,
});

const IF_NO_DIFF = { whenToTakeOver: "IfNoDiff" } as const;
const NEVER = { whenToTakeOver: "Never" } as const;
const IF_NOT_DRIFTED = { whenToApply: "IfNotDrifted" } as const;
const REPORT_DIFF = { type: "ReportDiff" } as const;
const FULL = { comparisonOption: "FullComparison" } as const;

const changed = answer(200, {
  ...owned("ours"),
  metadata: { ...owned("ours").metadata, resourceVersion: "8" },
});

const cases: readonly Case[] = [
  {
    row: "1: an object that cannot be read is not found",
    read: forbidden,
    requests: [],
    outcome: refused("FailedToFindObjInMemberCluster", "configmaps is forbidden"),
  },
  {
    row: "2: an object without owners is taken over",
    read: ok(foreign("theirs")),
    next: [changed],
    requests: [PATCH],
    outcome: TAKEN,
  },
  {
    row: "2: IfNoDiff takes over what differs in nothing",
    strategy: IF_NO_DIFF,
    read: ok(foreign("ours")),
    next: [ok(foreign("ours")), changed],
    requests: [dryRun, PATCH],
    outcome: TAKEN,
  },
  {
    row: "2: IfNoDiff leaves what differs, and tells how",
    strategy: IF_NO_DIFF,
    read: ok(foreign("theirs")),
    next: [ok(foreign("ours"))],
    requests: [dryRun],
    outcome: refused(
      "FailedToTakeOver",
      expect.stringMatching(/^cannot take over object: .*cluster$/),
    ),
    diff: { kind: "Diff", details: [{ ...OUR_VALUE, valueInMember: "theirs" }] },
  },
  {
    row: "2: IfNoDiff compares everything where the manifest is invalid",
    strategy: IF_NO_DIFF,
    read: ok(foreign("theirs")),
    next: [invalid],
    requests: [dryRun],
    outcome: refused("FailedToTakeOver", expect.stringContaining("in degraded mode")),
    diff: {
      kind: "Diff",
      details: [
        { ...OUR_VALUE, valueInMember: "theirs" },
        { path: "/metadata/annotations/note", valueInMember: "theirs" },
      ],
    },
  },
  {
    row: "2: IfNoDiff leaves what cannot be compared",
    strategy: IF_NO_DIFF,
    read: ok(foreign("ours")),
    next: [forbidden],
    requests: [dryRun],
    outcome: refused("FailedToTakeOver", "configmaps is forbidden"),
  },
  {
    row: "2: an object of another owner stays its own",
    read: ok(foreign("theirs", child)),
    requests: [],
    outcome: refused("FailedToTakeOver", expect.stringContaining("co-ownership is disallowed")),
  },
  {
    row: "2: an object of another owner is shared when that is allowed",
    strategy: { allowCoOwnership: true },
    read: ok(foreign("theirs", child)),
    next: [changed],
    requests: [PATCH],
    outcome: TAKEN,
  },
  {
    row: "2: an object of a KubeFleet stays its own, also when owners may share",
    strategy: { allowCoOwnership: true },
    read: ok(foreign("theirs", appliedWork)),
    requests: [],
    outcome: refused(
      "FailedToTakeOver",
      "failed to take over a pre-existing object: the object is already owned by another Fleet AppliedWork object",
    ),
  },
  {
    row: "2: an object of another placement stays its own",
    strategy: { allowCoOwnership: true },
    read: ok(marked({ ...owner, name: "other" })),
    requests: [],
    outcome: refused("FailedToTakeOver", expect.stringContaining("another placement")),
  },
  {
    row: "2: an object of a placement that is gone is inherited",
    read: ok(marked({ ...owner, uid: "earlier" })),
    next: [changed],
    requests: [PATCH],
    outcome: TAKEN,
  },
  {
    row: "3: ReportDiff finds no difference",
    strategy: REPORT_DIFF,
    read: ok(foreign("ours")),
    next: [ok(foreign("ours"))],
    requests: [dryRun],
    outcome: { applied: true, change: "unchanged" },
  },
  {
    row: "3: ReportDiff tells differences",
    strategy: REPORT_DIFF,
    read: ok(foreign("theirs", { generation: 4 })),
    next: [ok(foreign("ours"))],
    requests: [dryRun],
    outcome: { applied: true },
    diff: { kind: "Diff", generation: 4, details: [{ ...OUR_VALUE, valueInMember: "theirs" }] },
  },
  {
    row: "3: ReportDiff tells them in degraded mode as well",
    strategy: REPORT_DIFF,
    read: ok(configMap("theirs")),
    next: [invalid],
    requests: [dryRun],
    outcome: { applied: true },
    diff: { kind: "Diff", details: [{ ...OUR_VALUE, valueInMember: "theirs" }] },
  },
  {
    row: "3: ReportDiff with FullComparison asks the server nothing more",
    strategy: { ...REPORT_DIFF, ...FULL },
    read: ok(configMap("theirs")),
    requests: [],
    outcome: { applied: true },
    diff: { kind: "Diff", details: [{ ...OUR_VALUE, valueInMember: "theirs" }] },
  },
  {
    row: "3: ReportDiff tells that an object is missing",
    strategy: REPORT_DIFF,
    read: refusal(404, "NotFound", "not found"),
    requests: [],
    outcome: { applied: true },
    diff: { kind: "Diff", details: [{ path: "/", valueInHub: "(the whole object)" }] },
  },
  {
    row: "3: ReportDiff fails when the server cannot compare",
    strategy: REPORT_DIFF,
    read: ok(foreign("ours")),
    next: [forbidden],
    requests: [dryRun],
    outcome: refused("FailedToReportDiff", "configmaps is forbidden"),
  },
  {
    row: "3: ReportDiff compares what belongs to somebody else",
    strategy: { ...REPORT_DIFF, ...NEVER },
    read: ok(foreign("ours", child)),
    next: [ok(foreign("ours"))],
    requests: [dryRun],
    outcome: { applied: true },
  },
  {
    row: "4: an object that is not owned and must not be taken over is left",
    strategy: NEVER,
    read: ok(foreign("theirs")),
    requests: [],
    outcome: refused(
      "NotTakenOver",
      "no ownership of the object in the member cluster; takeover is needed",
    ),
  },
  {
    row: "5: IfNotDrifted applies what has not drifted",
    strategy: IF_NOT_DRIFTED,
    read: ok(owned("ours")),
    next: [ok(owned("ours"))],
    requests: [dryRun],
    outcome: { applied: true, change: "unchanged" },
  },
  {
    row: "5: IfNotDrifted leaves what has drifted, and tells how",
    strategy: IF_NOT_DRIFTED,
    read: ok(owned("drift")),
    next: [ok(owned("ours"))],
    requests: [dryRun],
    outcome: refused(
      "FoundDrifts",
      expect.stringMatching(/^cannot apply manifest: drifts are found/),
    ),
    diff: { kind: "Drift", generation: 3, details: [{ ...OUR_VALUE, valueInMember: "drift" }] },
  },
  {
    row: "5: IfNotDrifted says when it compared everything",
    strategy: IF_NOT_DRIFTED,
    read: ok(owned("drift")),
    next: [invalid],
    requests: [dryRun],
    outcome: refused("FoundDriftsInDegradedMode"),
    diff: { kind: "Drift" },
  },
  {
    row: "5: IfNotDrifted leaves what cannot be compared",
    strategy: IF_NOT_DRIFTED,
    read: ok(owned("ours")),
    next: [forbidden],
    requests: [dryRun],
    outcome: refused("FailedToRunDriftDetection", "configmaps is forbidden"),
  },
  {
    row: "5: a changed manifest overwrites drift",
    strategy: IF_NOT_DRIFTED,
    read: ok(owned("drift", configMap("before"))),
    next: [changed],
    requests: [PATCH],
    outcome: TAKEN,
  },
  {
    row: "5: Always overwrites drift",
    read: ok(owned("drift")),
    next: [changed],
    requests: [PATCH],
    outcome: TAKEN,
  },
  {
    row: "6: the server's words tell why it was not applied",
    read: ok(owned("drift")),
    next: [invalid],
    requests: [PATCH],
    outcome: refused("ManifestApplyFailed", "it is invalid"),
  },
  {
    row: "6: nothing is written to what is as it should be",
    read: ok(owned("ours")),
    requests: [],
    outcome: { applied: true, change: "unchanged" },
  },
  {
    row: "7: FullComparison tells drift of what it has applied",
    strategy: FULL,
    read: ok({ ...owned("ours"), extra: "theirs" }),
    requests: [],
    outcome: { applied: true },
    diff: { kind: "Drift", generation: 3, details: [{ path: "/extra", valueInMember: "theirs" }] },
  },
];

let server: FaultServer | undefined;

afterEach(async () => {
  await server?.stop();
});

/** Source of the rows: KubeFleet work applier, in the order in which it decides about one manifest. */
describe("a manifest whose object is on the member", () => {
  it.each(cases)("$row", async ({ strategy = {}, read, next = [], requests, outcome, diff }) => {
    server = await faultServer(read, ...next);
    const { apiVersion, kind, metadata } = manifest;
    const identifier = { version: apiVersion, kind, namespace: "shop", name: metadata.name };
    const request = {
      owner,
      manifests: [manifest],
      inventory: [{ ...identifier, uid: "u1" }],
      applyStrategy: strategy,
      patchSchemas: findBuiltinSchema,
    };
    const report = await applySnapshot(server.connection, request, signal);

    expect(report.outcomes).toMatchObject([{ identifier, ...outcome }]);
    expect(report.diffs).toMatchObject(diff ? [{ identifier, ...diff }] : []);
    expect(report.diffs).toHaveLength(diff ? 1 : 0);
    const lines = server.requests.map(({ line }) => line.split("?")[0]);
    expect(lines).toEqual([`GET ${OBJECT}`, ...requests]);
  });
});
