import { describe, expect, it } from "vitest";
import { placementKinds } from "../../src/registry/kinds.js";
import { CONTEXT, cells, created, kindOf, refusals, updateRefusals } from "./support/written.js";

const kind = kindOf("ClusterStagedUpdateRun");

const spec = (parts: Record<string, unknown> = {}) => ({
  spec: {
    placementName: "example-placement",
    stagedRolloutStrategyName: "example-strategy",
    ...parts,
  },
});

describe("a new run", () => {
  it("runs when it does not say what to do", () => {
    expect(created(kind, spec()).spec).toEqual({ ...spec().spec, state: "Run" });
  });

  it("is only initialized by default when the server is set up so", () => {
    const options = { defaultRunState: "Initialize" } as const;
    const cautious = placementKinds("Cluster", options, () => []).find(
      (candidate) => candidate.kind === kind.kind,
    );
    expect(cautious && created(cautious, spec()).spec).toMatchObject({ state: "Initialize" });
  });

  it("gets the finalizer that holds it until its approvals are gone", () => {
    expect(created(kind, spec()).metadata.finalizers).toEqual([
      "kubernetes-fleet.io/stagedupdaterun-finalizer",
    ]);
  });

  it("may have a name of 63 characters", () => {
    expect(refusals(kind, { ...spec(), metadata: { name: "a".repeat(63) } })).toEqual([]);
  });

  it.each([
    {
      behaviour: "is refused when its name is longer than 63",
      parts: { ...spec(), metadata: { name: "a".repeat(64) } },
      refused: ["metadata.name: Invalid value: metadata.name max length is 63"],
    },
    {
      behaviour: "is refused with an unknown state",
      parts: spec({ state: "Bad" }),
      refused: [
        'spec.state: Unsupported value: "Bad": supported values: "Initialize", "Run", "Stop"',
      ],
    },
    {
      behaviour: "is refused without a placement",
      parts: { spec: { stagedRolloutStrategyName: "s" } },
      refused: ["spec.placementName: Required value"],
    },
    {
      behaviour: "is refused with an empty strategy name",
      parts: spec({ stagedRolloutStrategyName: "" }),
      refused: ["spec.stagedRolloutStrategyName: Required value"],
    },
    {
      behaviour: "is refused with a number for its placement",
      parts: spec({ placementName: 3 }),
      refused: [
        'spec.placementName: Invalid value: "integer": spec.placementName in body must be of type string: "integer"',
      ],
    },
    {
      behaviour: "is refused with a number for its index",
      parts: spec({ resourceSnapshotIndex: 1 }),
      refused: [
        'spec.resourceSnapshotIndex: Invalid value: "integer": spec.resourceSnapshotIndex in body must be of type string: "integer"',
      ],
    },
  ])("$behaviour", ({ parts, refused }) => {
    expect(refusals(kind, parts)).toEqual(refused);
  });

  it.each(["-1", "01", "one", "1.0", " 1"])("is refused with the index %j", (index) => {
    expect(refusals(kind, spec({ resourceSnapshotIndex: index }))).toEqual([
      `spec.resourceSnapshotIndex: Invalid value: "${index}": must be the index of a resource snapshot: a whole number from 0 on, without leading zeros`,
    ]);
  });

  it.each(["0", "1", "12345", ""])("is accepted with the index %j", (index) => {
    expect(refusals(kind, spec({ resourceSnapshotIndex: index }))).toEqual([]);
  });
});

describe("changing a run", () => {
  it.each([
    { field: "placementName", from: "a", to: "b" },
    { field: "resourceSnapshotIndex", from: "1", to: "2" },
    { field: "resourceSnapshotIndex", from: "1", to: undefined },
    { field: "resourceSnapshotIndex", from: undefined, to: "1" },
    { field: "stagedRolloutStrategyName", from: "a", to: "b" },
  ])("refuses $field from $from to $to", ({ field, from, to }) => {
    expect(updateRefusals(kind, spec({ [field]: from }), spec({ [field]: to }))).toEqual([
      `spec.${field}: Invalid value: ${field} is immutable`,
    ]);
  });

  it.each([
    ["Initialize", "Run"],
    ["Run", "Stop"],
    ["Stop", "Run"],
    ["Run", "Run"],
  ])("allows the state to go from %s to %s", (from, to) => {
    expect(updateRefusals(kind, spec({ state: from }), spec({ state: to }))).toEqual([]);
  });

  it.each([
    ["Initialize", "Stop"],
    ["Run", "Initialize"],
    ["Stop", "Initialize"],
  ])("refuses the state to go from %s to %s", (from, to) => {
    expect(updateRefusals(kind, spec({ state: from }), spec({ state: to }))).toEqual([
      `spec: Invalid value: invalid state transition: cannot transition from ${from} to ${to}`,
    ]);
  });
});

describe("the status of a run", () => {
  const status = { conditions: [{ type: "Initialized", status: "True" }] };

  it("stays as it is when somebody writes to it", () => {
    const before = { ...created(kind, spec()), status };
    const written = { ...before, status: { conditions: [] } };
    expect(kind.prepareForStatusUpdate?.(written, before, CONTEXT).status).toEqual(status);
  });

  it("cannot be made up before the run has one", () => {
    const before = created(kind, spec());
    const after = kind.prepareForStatusUpdate?.({ ...before, status }, before, CONTEXT);
    expect(after?.status).toEqual(before.status);
  });
});

describe("the row of a run", () => {
  const run = {
    ...created(kind, spec({ resourceSnapshotIndex: "1" })),
    metadata: { name: "example-run", creationTimestamp: "2026-11-21T09:58:50Z" },
  };

  it("leaves blank what is not known yet", () => {
    expect(cells(kind, run)).toEqual(["example-placement", "1", null, null, null, null, "70s"]);
  });

  it("prints the index that was used and the conditions", () => {
    const status = {
      resourceSnapshotIndexUsed: "2",
      policySnapshotIndexUsed: "0",
      conditions: [
        { type: "Initialized", status: "True" },
        { type: "Progressing", status: "False" },
      ],
    };
    expect(cells(kind, { ...run, status }, true)).toEqual([
      "example-placement",
      "2",
      "0",
      "True",
      "False",
      null,
      "70s",
      "example-strategy",
      null,
      null,
    ]);
  });

  it("prints in wide output how many clusters are done, and what the run waits for", () => {
    const at = { lastTransitionTime: "2026-11-21T09:59:00Z", reason: "r", message: "m" };
    const done = [{ type: "Succeeded", status: "True", ...at }];
    const created = [{ type: "ApprovalRequestCreated", status: "True", ...at }];
    const status = {
      conditions: [
        { type: "Initialized", status: "True", ...at },
        { type: "Progressing", status: "False", ...at, reason: "UpdateRunWaiting" },
      ],
      stagedUpdateStrategySnapshot: {
        stages: [{ name: "canary", afterStageTasks: [{ type: "TimedWait", waitTime: "1m" }] }],
      },
      stagesStatus: [
        {
          stageName: "canary",
          clusters: [{ clusterName: "member1", conditions: done }],
          afterStageTaskStatus: [
            { type: "TimedWait", waitUntil: "2026-11-21T10:01:00Z" },
            { type: "Approval", approvalRequestName: "r-after-canary", conditions: created },
          ],
        },
        { stageName: "prod", clusters: [{ clusterName: "member2" }, { clusterName: "member3" }] },
      ],
    };
    expect(cells(kind, { ...run, status }, true).slice(-2)).toEqual([
      "1/3",
      "the TimedWait of 1m0s after stage canary until 2026-11-21T10:01:00Z (+1)",
    ]);
  });
});

describe("a run that says how its stages soak", () => {
  it.each([
    { soak: "Strict", causes: [] },
    { soak: "Timer", causes: [] },
    {
      soak: "timer, canary=Strict",
      causes: [
        'metadata.annotations[stagecoach.dev/soak]: Unsupported value: "timer, canary=Strict": supported values: "Strict", "Timer"',
      ],
    },
  ])("is told when $soak is no word for it", ({ soak, causes }) => {
    const annotations = { "stagecoach.dev/soak": soak };
    expect(refusals(kind, { ...spec(), metadata: { name: "example-run", annotations } })).toEqual(
      causes,
    );
  });
});

describe("POST start on a run that reads Run", () => {
  const start = kind.actions?.find(({ name }) => name === "start");
  const stoppedRun = (reason: string, annotations?: Record<string, string>) => ({
    ...created(kind, spec({ state: "Run" })),
    metadata: { name: "example-run", ...(annotations && { annotations }) },
    status: {
      conditions: [
        {
          type: "Progressing",
          status: "False",
          reason,
          message: "",
          lastTransitionTime: "2026-11-21T09:58:50Z",
        },
      ],
    },
  });
  const resumed = (run: ReturnType<typeof stoppedRun>) =>
    start?.apply(run, undefined, CONTEXT).metadata.annotations;

  it.each([
    { given: "it rests over its failures", annotations: undefined, value: "1" },
    {
      given: "it rests over its failures once more",
      annotations: { "stagecoach.dev/resume": "1" },
      value: "2",
    },
    {
      given: "somebody has resumed it with a word of theirs",
      annotations: { "stagecoach.dev/resume": "mended" },
      value: "1",
    },
  ])("says go on with another value when $given", ({ annotations, value }) => {
    expect(resumed(stoppedRun("UpdateRunStopped", annotations))).toEqual({
      "stagecoach.dev/resume": value,
    });
  });

  it("changes nothing while it goes on", () => {
    expect(resumed(stoppedRun("UpdateRunWaiting"))).toBeUndefined();
  });
});

describe("the actions of a run", () => {
  it.each([
    { action: "start", state: "Run" },
    { action: "stop", state: "Stop" },
  ])("$action sets the state to $state", ({ action, state }) => {
    const run = created(kind, spec());
    const apply = kind.actions?.find(({ name }) => name === action)?.apply;
    expect(apply?.(run, undefined, CONTEXT).spec).toEqual({ ...spec().spec, state });
  });
});
