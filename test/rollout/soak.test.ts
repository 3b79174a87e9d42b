import { describe, expect, it } from "vitest";
import type { UpdateRunStatus } from "../../src/api/update-run.js";
import { conditionOf } from "../../src/placement/conditions.js";
import { advance } from "../../src/rollout/advance.js";
import type { RunView, StageView } from "../../src/rollout/run-view.js";
import type { SoakSweep, SoakView } from "../../src/rollout/soak.js";

/** The last cluster of the stage is finished at 10:00:00, and the wait takes two and a half minutes. */
const at = (time: string) => new Date(`2026-01-01T${time}Z`);
const iso = (time: string) => at(time).toISOString();
const DEADLINE = iso("10:02:30");

const status: UpdateRunStatus = {
  conditions: [
    {
      type: "Initialized",
      status: "True",
      observedGeneration: 1,
      lastTransitionTime: "2026-01-01T09:00:00Z",
      reason: "UpdateRunInitializedSuccessfully",
      message: "The UpdateRun initialized successfully",
    },
  ],
  stagedUpdateStrategySnapshot: {
    stages: [
      { name: "staging", afterStageTasks: [{ type: "TimedWait", waitTime: "2m30s" }] },
      { name: "prod" },
    ],
  },
  stagesStatus: [
    { stageName: "staging", clusters: [], afterStageTaskStatus: [{ type: "TimedWait" }] },
    { stageName: "prod", clusters: [] },
  ],
  deletionStageStatus: { stageName: "kubernetes-fleet.io/deleteStage", clusters: [] },
};

const empty: StageView = { total: 0, pending: 0, started: 0, failed: [], waiting: [] };
const BROKEN = [
  {
    clusterName: "member2",
    message: "Deployment web/web is not available: 0 of 1 replicas are available",
    since: "2026-01-01T10:01:30.000Z",
  },
];

const sweep = (startedAt: string, change: Partial<SoakSweep> = {}): SoakSweep => ({
  stage: 0,
  startedAt: iso(startedAt),
  tracked: true,
  ...change,
});

function run(soak: Partial<SoakView> = {}, change: Partial<StageView> = {}): RunView {
  const staging = { ...empty, total: 2, lastFinishedAt: iso("10:00:00"), ...change };
  return {
    name: "example-run",
    scope: "Cluster",
    generation: 1,
    state: "Run",
    deleting: false,
    status,
    stages: [staging, { ...empty, total: 1, pending: 1 }, empty],
    approvals: {},
    soak: { everyMs: 60_000, ...soak },
  };
}

const until = (time: string) => ({ kind: "Wait", until: iso(time) });
const check = (time: string) => ({ kind: "CheckStage", stage: 0, at: iso(time) });
const goesOn = { kind: "UpdateClusters", stage: 1, lanes: 1, inFlightOnly: false };
const unhealthy = { unhealthy: BROKEN };

describe("a stage that soaks", () => {
  it.each<{
    behaviour: string;
    now: string;
    soak?: Partial<SoakView>;
    stage?: Partial<StageView>;
    next: object;
  }>([
    {
      behaviour: "has its first look so that later ones end at the deadline",
      now: "10:00:01",
      next: until("10:00:30"),
    },
    { behaviour: "is looked at when a look is due", now: "10:00:30", next: check("10:00:30") },
    {
      behaviour: "is looked at once a minute",
      now: "10:00:31",
      soak: { sweep: sweep("10:00:30.400") },
      next: until("10:01:30"),
    },
    {
      behaviour: "goes on with a look that has not seen all members",
      now: "10:00:32",
      soak: { sweep: sweep("10:00:30.400", { next: 50 }) },
      next: check("10:00:32"),
    },
    {
      behaviour: "takes a look of another stage for none",
      now: "10:00:31",
      soak: { sweep: sweep("10:00:30.400", { stage: 1 }) },
      next: check("10:00:31"),
    },
    {
      behaviour: "waits for its time while a member is unhealthy",
      now: "10:01:31",
      soak: { sweep: sweep("10:01:30.100") },
      stage: unhealthy,
      next: until("10:02:30"),
    },
    {
      behaviour: "is looked at once more when the time is over",
      now: "10:02:30",
      soak: { sweep: sweep("10:01:30.100") },
      next: check("10:02:30"),
    },
    {
      behaviour: "is over when that look finds all members healthy",
      now: "10:02:31",
      soak: { sweep: sweep("10:02:30") },
      next: goesOn,
    },
    {
      behaviour: "is held when that look finds a member unhealthy, and looked at every minute",
      now: "10:02:31",
      soak: { sweep: sweep("10:02:30") },
      stage: unhealthy,
      next: until("10:03:30"),
    },
    {
      behaviour: "is looked at again while it is held",
      now: "10:03:30",
      soak: { sweep: sweep("10:02:30") },
      stage: unhealthy,
      next: check("10:03:30"),
    },
    {
      behaviour: "is let go when the member is healthy again, without another wait",
      now: "10:03:31",
      soak: { sweep: sweep("10:03:30") },
      next: goesOn,
    },
    {
      behaviour: "is not looked at again when nothing there can turn unhealthy",
      now: "10:00:40",
      soak: { sweep: sweep("10:00:30", { tracked: false }) },
      next: until("10:02:30"),
    },
    {
      behaviour: "with nothing to watch is over with its time",
      now: "10:02:30",
      soak: { sweep: sweep("10:00:30", { tracked: false }) },
      next: goesOn,
    },
    {
      behaviour: "is let go by the run's own annotation",
      now: "10:02:31",
      soak: { sweep: sweep("10:02:30"), asked: "Timer" },
      stage: unhealthy,
      next: goesOn,
    },
  ])("$behaviour", ({ now, soak, stage, next }) => {
    expect(advance(run(soak, stage), at(now)).next).toEqual(next);
  });

  it("only waits when the strategy's rule is Timer", () => {
    const timer: RunView = { ...run(), rules: [{ soak: "Timer" }, {}] };
    expect(advance(timer, at("10:01:00")).next).toEqual(until("10:02:30"));
    expect(advance(timer, at("10:02:30")).next).toEqual(goesOn);
  });

  it("is not looked at while the run is stopped, and keeps its deadline", () => {
    const waiting = advance(run(), at("10:00:30")).status;
    const stopped: RunView = { ...run(), status: waiting, state: "Stop", generation: 2 };
    const step = advance(stopped, at("10:05:00"));
    expect(step.next).toEqual({ kind: "Wait" });
    expect(step.status.stagesStatus?.[0]?.afterStageTaskStatus?.[0]?.waitUntil).toBe(DEADLINE);
    const resumed: RunView = { ...stopped, status: step.status, state: "Run", generation: 3 };
    expect(advance(resumed, at("10:06:00")).next).toEqual(check("10:06:00"));
  });

  it("looks at nobody while only an approval is waited for", () => {
    const task = {
      type: "TimedWait" as const,
      conditions: [{ ...status.conditions?.[0], type: "WaitTimeElapsed", reason: "Elapsed" }],
    };
    const approval = {
      type: "Approval" as const,
      approvalRequestName: "example-run-after-staging",
    };
    const stagesStatus = [
      { stageName: "staging", clusters: [], afterStageTaskStatus: [task, approval] },
      { stageName: "prod", clusters: [] },
    ];
    const view = { ...run(), status: { ...status, stagesStatus } as UpdateRunStatus };
    expect(advance(view, at("10:30:00")).next).toEqual({ kind: "Wait" });
  });
});

describe("what a run says while its stage soaks", () => {
  const message = (view: RunView, now: string) =>
    conditionOf(advance(view, at(now)).status.conditions, "Progressing")?.message;

  it("names the cluster, the object, the server's words and since when before the time is over", () => {
    expect(message(run({ sweep: sweep("10:01:30") }, unhealthy), "10:01:31")).toBe(
      "The updateRun is waiting for after-stage tasks in stage staging to complete: the TimedWait of 2m30s after stage staging, since 2026-01-01T10:00:00Z, until 2026-01-01T10:02:30Z, unhealthy by now: member2: Deployment web/web is not available: 0 of 1 replicas are available (since 2026-01-01T10:01:30.000Z), unblocked by time, if the clusters are healthy by then",
    );
  });

  it("says what holds it afterwards, what to type to go on anyway, and the same on the task", () => {
    const view = run({ sweep: sweep("10:02:30") }, unhealthy);
    expect(message(view, "10:02:31")).toMatch(
      /the clusters of stage staging to be healthy, since 2026-01-01T10:02:30Z, the TimedWait of 2m30s after stage staging is over: member2: .*, unblocked by the clusters being healthy: they are looked at again by themselves, or to go on anyway: kubectl annotate --overwrite clusterstagedupdaterun example-run stagecoach\.dev\/soak=Timer$/,
    );
    const { stagesStatus } = advance(view, at("10:02:31")).status;
    expect(stagesStatus?.[0]?.afterStageTaskStatus?.[0]?.conditions).toMatchObject([
      {
        type: "WaitTimeElapsed",
        status: "False",
        reason: "AfterStageTaskHeldByUnhealthyClusters",
        message: expect.stringContaining("member2"),
      },
    ]);
  });
});
