import { describe, expect, it } from "vitest";
import { created, kindOf, refusals, updateRefusals } from "./support/written.js";

const kind = kindOf("ClusterStagedUpdateStrategy");

const withStage = (stage: Record<string, unknown>) => ({
  spec: { stages: [{ name: "canary", ...stage }] },
});

describe("a strategy", () => {
  it("is accepted with selectors, sorting and both tasks after a stage", () => {
    const stage = {
      name: "dev-clusters",
      labelSelector: { matchLabels: { environment: "staging" } },
      sortingLabelKey: "order",
      maxConcurrency: "50%",
      beforeStageTasks: [{ type: "Approval" }],
      afterStageTasks: [{ type: "TimedWait", waitTime: "1h30m" }, { type: "Approval" }],
    };
    expect(refusals(kind, withStage(stage))).toEqual([]);
  });

  it("updates one cluster at a time unless it says otherwise", () => {
    expect(created(kind, withStage({})).spec).toEqual({
      stages: [{ name: "canary", maxConcurrency: 1 }],
    });
  });

  it.each([1, 100, 101, "1%", "100%"])("accepts the concurrency %j", (maxConcurrency) => {
    expect(refusals(kind, withStage({ maxConcurrency }))).toEqual([]);
  });

  it.each([0, -1])("refuses the concurrency %j", (maxConcurrency) => {
    expect(refusals(kind, withStage({ maxConcurrency }))).toEqual([
      "spec.stages[0].maxConcurrency: Invalid value: maxConcurrency must be at least 1",
    ]);
  });

  it.each(["0", "50", "0%", "101%"])("refuses the concurrency %j", (maxConcurrency) => {
    expect(refusals(kind, withStage({ maxConcurrency }))).toEqual([
      expect.stringContaining("spec.stages[0].maxConcurrency in body should match"),
    ]);
  });

  it.each(["0s", "1h30m", "1.5h"])("accepts the wait %s", (waitTime) => {
    const afterStageTasks = [{ type: "TimedWait", waitTime }];
    expect(refusals(kind, withStage({ afterStageTasks }))).toEqual([]);
  });

  it.each(["0abc", "1", "1d", "01h"])("refuses the wait %s", (waitTime) => {
    const afterStageTasks = [{ type: "TimedWait", waitTime }];
    expect(refusals(kind, withStage({ afterStageTasks }))).toEqual([
      expect.stringContaining("waitTime in body should match"),
    ]);
  });

  it("is refused with rules that cannot be understood, naming the annotation", () => {
    const parts = withStage({});
    const annotations = { "stagecoach.dev/failure-budget": "1, prod=2" };
    expect(refusals(kind, { ...parts, metadata: { name: "example", annotations } })).toEqual([
      'metadata.annotations[stagecoach.dev/failure-budget]: Invalid value: "1, prod=2": the strategy has no stage "prod"',
    ]);
  });

  it.each([
    {
      behaviour: "refuses more than 31 stages",
      parts: {
        spec: { stages: Array.from({ length: 32 }, (_, index) => ({ name: `s${index}` })) },
      },
      refused: "spec.stages: Too many: 32: must have at most 31 items",
    },
    {
      behaviour: "refuses to have no stage",
      parts: { spec: { stages: [] } },
      refused: "spec.stages: Required value: a rollout needs at least one stage",
    },
    {
      behaviour: "refuses a stage name of 64 characters",
      parts: withStage({ name: "a".repeat(64) }),
      refused: "spec.stages[0].name: Too long: may not be more than 63 bytes",
    },
    {
      behaviour: "refuses capital letters in a stage name",
      parts: withStage({ name: "Canary" }),
      refused: expect.stringContaining("spec.stages[0].name in body should match"),
    },
    {
      behaviour: "refuses a stage name that ends in a hyphen",
      parts: withStage({ name: "canary-" }),
      refused: expect.stringContaining("spec.stages[0].name in body should match"),
    },
    {
      behaviour: "refuses the same stage name twice",
      parts: { spec: { stages: [{ name: "canary" }, { name: "canary" }] } },
      refused: 'spec.stages[1].name: Duplicate value: "canary"',
    },
    {
      behaviour: "refuses three tasks after a stage",
      parts: withStage({ afterStageTasks: Array(3).fill({ type: "Approval" }) }),
      refused: "spec.stages[0].afterStageTasks: Too many: 3: must have at most 2 items",
    },
    {
      behaviour: "refuses two tasks before a stage",
      parts: withStage({ beforeStageTasks: Array(2).fill({ type: "Approval" }) }),
      refused: "spec.stages[0].beforeStageTasks: Too many: 2: must have at most 1 items",
    },
    {
      behaviour: "refuses a wait time on an approval after a stage",
      parts: withStage({ afterStageTasks: [{ type: "Approval", waitTime: "1h" }] }),
      refused:
        "spec.stages[0].afterStageTasks: Invalid value: AfterStageTaskType is Approval, waitTime is not allowed",
    },
    {
      behaviour: "refuses a wait time on an approval before a stage",
      parts: withStage({ beforeStageTasks: [{ type: "Approval", waitTime: "1h" }] }),
      refused:
        "spec.stages[0].beforeStageTasks: Invalid value: AfterStageTaskType is Approval, waitTime is not allowed",
    },
    {
      behaviour: "refuses a timed wait without a time",
      parts: withStage({ afterStageTasks: [{ type: "TimedWait" }] }),
      refused:
        "spec.stages[0].afterStageTasks: Invalid value: AfterStageTaskType is TimedWait, waitTime is required",
    },
    {
      behaviour: "refuses a timed wait before a stage",
      parts: withStage({ beforeStageTasks: [{ type: "TimedWait", waitTime: "1h" }] }),
      refused:
        "spec.stages[0].beforeStageTasks: Invalid value: BeforeStageTaskType cannot be TimedWait",
    },
  ])("$behaviour", ({ parts, refused }) => {
    expect(refusals(kind, parts)).toEqual([refused]);
  });

  it("is checked again when it changes", () => {
    const broken = withStage({ afterStageTasks: [{ type: "TimedWait" }] });
    expect(updateRefusals(kind, withStage({}), broken)).toHaveLength(1);
  });
});
