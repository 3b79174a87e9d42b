import { describe, expect, it } from "vitest";
import type { ResourceBinding } from "../../src/api/resource-binding.js";
import type {
  ApplyFailure,
  ApplyReport,
  ObjectDiff,
  ObjectOutcome,
} from "../../src/manifests/outcome.js";
import {
  bindingStatus,
  rolloutStarted,
  unreachableStatus,
} from "../../src/placement/binding-status.js";
import { bindingsIn, makeBinding, readFixture } from "./fixtures.js";

const NOW = new Date("2026-11-21T09:30:00Z");

const service = { version: "v1", kind: "Service", namespace: "my-app-namespace", name: "web-app" };
const deployment = { ...service, group: "apps", kind: "Deployment" };

function applied(
  identifier: typeof service,
  availability: Extract<ObjectOutcome, { applied: true }>["availability"] = { state: "Available" },
): ObjectOutcome {
  return { applied: true, identifier, change: "unchanged", uid: "u", availability };
}

function failed(
  identifier: typeof service,
  message: string,
  reason: ApplyFailure = "ManifestApplyFailed",
): ObjectOutcome {
  return { applied: false, identifier, reason, message, retryable: true };
}

function report(outcomes: readonly ObjectOutcome[], more: Partial<ApplyReport> = {}): ApplyReport {
  return { outcomes, inventory: [], pruned: [], pruneFailures: [], ...more };
}

function statusOf(binding: ResourceBinding, reported: ApplyReport, now = NOW) {
  return bindingStatus({ binding, placementName: "web", report: reported, now });
}

function summary(binding: ResourceBinding, reported: ApplyReport): readonly string[] {
  const { conditions = [] } = statusOf(binding, reported);
  return conditions.map(({ type, status, reason }) => `${type}=${status} ${reason}`);
}

const started = makeBinding("a", { steps: { RolloutStarted: "True" } });

describe("a namespace that the member lacked", () => {
  const told = ({ conditions = [] }: ReturnType<typeof statusOf>) =>
    conditions.find(({ type }) => type === "NamespaceCreated");
  const first = statusOf(
    started,
    report([applied(service)], { createdNamespaces: ["my-app-namespace"] }),
  );
  const binding = { ...started, status: first };
  const later = new Date("2026-11-21T10:30:00Z");

  it("is told with what becomes of it", () => {
    expect(told(first)).toMatchObject({ status: "True", reason: "NamespaceWasMissing" });
    expect(told(first)?.message).toMatch(/^Namespace my-app-namespace was missing .* it stays/);
  });

  it.each([
    {
      behaviour: "after a pass that finds the namespace there",
      status: statusOf(binding, report([applied(service)]), later),
    },
    {
      behaviour: "while the member cannot be reached",
      status: unreachableStatus({ binding, message: "connection refused", now: later }),
    },
  ])("stays told as it was $behaviour", ({ status }) => {
    expect(told(status)).toEqual(told(first));
  });
});

describe("bindingStatus as observed on KubeFleet", () => {
  it("is that of a member on which everything is available", () => {
    const [binding] = bindingsIn(readFixture("rolled-out"));
    const first = binding?.status?.conditions?.slice(0, 1) ?? [];
    const before = { ...makeBinding("member1"), status: { conditions: first } };
    const status = statusOf(before, report([applied(service)]), new Date("2026-11-21T07:45:03Z"));
    expect(status).toEqual(binding?.status);
  });

  it("is that of a member without the namespace", () => {
    const binding = bindingsIn(readFixture("namespace-missing"))[1] ?? started;
    const message =
      'failed to apply the manifest: failed to create manifest object: error returned by the API server: namespaces "my-app-namespace" not found';
    const status = bindingStatus({
      binding,
      placementName: "web-app-placement",
      report: report([failed(service, message), failed(deployment, message)]),
      now: NOW,
    });
    expect(status).toEqual(binding.status);
  });
});

describe("bindingStatus", () => {
  it.each([
    {
      behaviour: "does not speak of availability before everything is applied",
      report: report([applied(service), failed(deployment, "no")]),
      last: "Applied=False NotAllWorkHaveBeenApplied",
    },
    {
      behaviour: "is not applied while something could not be removed",
      report: report([applied(service)], {
        pruneFailures: [{ identifier: deployment, message: "forbidden" }],
      }),
      last: "Applied=False NotAllWorkHaveBeenApplied",
    },
    {
      behaviour: "waits for what is not available yet",
      report: report([
        applied(service, { state: "NotTrackable" }),
        applied(deployment, { state: "NotAvailableYet", message: "0 of 1 replicas" }),
      ]),
      last: "Available=False NotAllWorkAreAvailable",
    },
    {
      behaviour: "takes what cannot be tracked for available and says so",
      report: report([applied(service, { state: "NotTrackable" })]),
      last: "Available=True NotAllWorkAreAvailabilityTrackable",
    },
    {
      behaviour: "is available with nothing to apply",
      report: report([]),
      last: "Available=True AllWorkAreAvailable",
    },
  ])("$behaviour", ({ report: reported, last }) => {
    expect(summary(started, reported).at(-1)).toBe(last);
    expect(summary(started, reported)[0]).toBe("RolloutStarted=True RolloutStartedReason");
  });

  it("lists each object with its reason and the server's words", () => {
    const reported = report(
      [
        failed(service, "quota exceeded"),
        applied(deployment, { state: "NotAvailableYet", message: "0 of 1 replicas" }),
      ],
      { pruneFailures: [{ identifier: { ...service, name: "old" }, message: "forbidden" }] },
    );
    const entries = statusOf(started, reported).failedPlacements ?? [];
    expect(
      entries.map(({ name, condition }) => [
        name,
        condition.type,
        condition.reason,
        condition.message,
      ]),
    ).toEqual([
      [
        "web-app",
        "Applied",
        "ManifestApplyFailed",
        "Failed to apply the manifest (error: quota exceeded)",
      ],
      ["web-app", "Available", "ManifestNotAvailableYet", "0 of 1 replicas"],
      [
        "old",
        "Applied",
        "ManifestPruneFailed",
        "Failed to remove the object, which is no longer selected (error: forbidden)",
      ],
    ]);
  });

  it("keeps since when an object fails", () => {
    const reported = report([failed(service, "no")]);
    const before = { ...started, status: statusOf(started, reported) };
    const later = new Date("2026-11-21T10:00:00Z");
    const [entry] = statusOf(before, reported, later).failedPlacements ?? [];
    expect(entry?.condition.lastTransitionTime).toBe("2026-11-21T09:30:00Z");
  });

  it("lists at most a hundred objects", () => {
    const outcomes = Array.from({ length: 150 }, (_, index) =>
      failed({ ...service, name: `s${index}` }, "no"),
    );
    expect(statusOf(started, report(outcomes)).failedPlacements).toHaveLength(100);
  });
});

describe("bindingStatus with differences", () => {
  const details = [{ path: "/spec/replicas", valueInHub: "1", valueInMember: "2" }];
  const found = (kind: ObjectDiff["kind"], generation?: number): ObjectDiff => ({
    identifier: deployment,
    kind,
    details,
    ...(generation !== undefined && { generation }),
  });
  const refused = (reason: ApplyFailure) => failed(deployment, "differs", reason);
  const first = "2026-11-21T09:30:00Z";

  it.each<{ behaviour: string; outcome: ObjectOutcome; diff: ObjectDiff; expected: object }>([
    {
      behaviour: "lists drift of an object that is not applied because of it",
      outcome: refused("FoundDrifts"),
      diff: found("Drift", 3),
      expected: {
        failedPlacements: [{ ...deployment, condition: { reason: "FoundDrifts" } }],
        driftedPlacements: [
          {
            ...deployment,
            observationTime: first,
            targetClusterObservedGeneration: 3,
            firstDriftedObservedTime: first,
            observedDrifts: details,
          },
        ],
      },
    },
    {
      behaviour: "lists drift of an object that is applied all the same",
      outcome: applied(deployment),
      diff: found("Drift"),
      expected: { driftedPlacements: [{ targetClusterObservedGeneration: 0 }] },
    },
    {
      behaviour: "lists the differences of an object that is not taken over",
      outcome: refused("FailedToTakeOver"),
      diff: found("Diff", 4),
      expected: {
        failedPlacements: [{ condition: { reason: "FailedToTakeOver" } }],
        diffedPlacements: [
          {
            ...deployment,
            observationTime: first,
            targetClusterObservedGeneration: 4,
            firstDiffedObservedTime: first,
            observedDiffs: details,
          },
        ],
      },
    },
  ])("$behaviour", ({ outcome, diff, expected }) => {
    expect(statusOf(started, report([outcome], { diffs: [diff] }))).toMatchObject(expected);
  });

  it("keeps since when an object differs, also while the member cannot be reached", () => {
    const reported = report([refused("FoundDrifts")], { diffs: [found("Drift"), found("Diff")] });
    const seen = { ...started, status: statusOf(started, reported) };
    const later = new Date("2026-11-21T10:00:00Z");
    const unreachable = unreachableStatus({ binding: seen, message: "reset", now: later });
    const again = statusOf({ ...started, status: unreachable }, reported, later);

    expect(again).toMatchObject({
      driftedPlacements: [
        { observationTime: "2026-11-21T10:00:00Z", firstDriftedObservedTime: first },
      ],
      diffedPlacements: [
        { observationTime: "2026-11-21T10:00:00Z", firstDiffedObservedTime: first },
      ],
    });
  });

  it("lists at most a hundred objects that differ", () => {
    const diffs = Array.from({ length: 150 }, () => found("Drift"));
    expect(statusOf(started, report([], { diffs })).driftedPlacements).toHaveLength(100);
  });
});

describe("bindingStatus with ReportDiff", () => {
  const binding = makeBinding("a", { spec: { applyStrategy: { type: "ReportDiff" } } });
  const refused = (reason: ApplyFailure) => failed(deployment, "no", reason);

  it.each<{ behaviour: string; reported: ApplyReport; condition: string; problems: object }>([
    {
      behaviour: "is done when nothing differs",
      reported: report([applied(deployment)]),
      condition: "DiffReported=True AllWorkHaveDiffReported",
      problems: {},
    },
    {
      behaviour: "is done when differences are found",
      reported: report([applied(deployment)], {
        diffs: [{ identifier: deployment, kind: "Diff", details: [{ path: "/spec/replicas" }] }],
      }),
      condition: "DiffReported=True AllWorkHaveDiffReported",
      problems: { diffedPlacements: [{ observedDiffs: [{ path: "/spec/replicas" }] }] },
    },
    {
      behaviour: "names an object that could not be compared",
      reported: report([refused("FailedToReportDiff")]),
      condition: "DiffReported=False NotAllWorkHaveDiffReported",
      problems: {
        failedPlacements: [
          {
            condition: {
              type: "DiffReported",
              reason: "FailedToReportDiff",
              message:
                "Failed to report the diff between the hub cluster and the member cluster (error = no)",
            },
          },
        ],
      },
    },
    {
      behaviour: "names an object that something else keeps from being compared",
      reported: report([refused("FailedToFindObjInMemberCluster")]),
      condition: "DiffReported=False NotAllWorkHaveDiffReported",
      problems: {
        failedPlacements: [
          {
            condition: {
              message:
                "An error blocks the diff reporting process (FailedToFindObjInMemberCluster, error: no)",
            },
          },
        ],
      },
    },
  ])("$behaviour", ({ reported, condition, problems }) => {
    const { conditions: _, ...listed } = statusOf(binding, reported);
    expect(summary(binding, reported).at(-1)).toBe(condition);
    expect(listed).toMatchObject(problems);
    expect(Object.keys(listed)).toEqual(Object.keys(problems));
  });
});

describe("unreachableStatus", () => {
  it("says in the network's own words why nothing is known, and keeps that the rollout began", () => {
    const status = unreachableStatus({
      binding: started,
      message: "member2: connect ECONNREFUSED",
      now: NOW,
    });
    expect(status.conditions).toMatchObject([
      { type: "RolloutStarted", status: "True" },
      { type: "Overridden", status: "True" },
      {
        type: "WorkSynchronized",
        status: "False",
        reason: "SyncWorkFailed",
        message: "Failed to synchronize the work to the latest: member2: connect ECONNREFUSED",
        lastTransitionTime: "2026-11-21T09:30:00Z",
      },
    ]);
  });
});

describe("rolloutStarted", () => {
  it("is the condition that KubeFleet's run gives", () => {
    const [binding] = bindingsIn(readFixture("rolled-out"));
    const now = new Date("2026-11-21T07:45:03Z");
    expect(
      rolloutStarted({ run: { name: "example-run", snapshotIndex: "1" }, generation: 2, now }),
    ).toEqual(binding?.status?.conditions?.[0]);
  });
});
