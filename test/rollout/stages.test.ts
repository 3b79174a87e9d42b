import { describe, expect, it } from "vitest";
import type { StageConfig } from "../../src/api/update-strategy.js";
import { computeStages, type StageCandidate } from "../../src/rollout/stages.js";

const member = (name: string, labels: Record<string, string> = {}): StageCandidate => ({
  name,
  labels,
});
const tutorial = [
  member("member1", { environment: "canary", order: "2" }),
  member("member2", { environment: "staging" }),
  member("member3", { environment: "canary", order: "1" }),
];
const stage = (
  name: string,
  environment: string,
  more: Partial<StageConfig> = {},
): StageConfig => ({
  name,
  labelSelector: { matchLabels: { environment } },
  ...more,
});

describe("computeStages", () => {
  it("orders the tutorial's clusters by stage and by the sorting label", () => {
    const stages = [
      stage("staging", "staging"),
      stage("canary", "canary", { sortingLabelKey: "order" }),
    ];
    expect(computeStages("/example-strategy", stages, tutorial)).toEqual({
      ok: true,
      stages: [["member2"], ["member3", "member1"]],
    });
  });

  it.each([
    {
      behaviour: "sorts names by bytes",
      labels: ["c10", "c2", "c1"],
      key: undefined,
      order: ["c1", "c10", "c2"],
    },
    {
      behaviour: "sorts integers, not texts",
      labels: ["b:10", "a:9"],
      key: "rank",
      order: ["a", "b"],
    },
    { behaviour: "breaks ties by name", labels: ["b:1", "a:1"], key: "rank", order: ["a", "b"] },
    {
      behaviour: "puts negative integers first",
      labels: ["a:1", "b:-1"],
      key: "rank",
      order: ["b", "a"],
    },
  ])("$behaviour", ({ labels, key, order }) => {
    const clusters = labels.map((text) => {
      const [name = "", rank] = text.split(":");
      return member(name, rank === undefined ? {} : { rank });
    });
    const stages = [{ name: "all", labelSelector: {}, ...(key && { sortingLabelKey: key }) }];
    expect(computeStages("/s", stages, clusters)).toEqual({ ok: true, stages: [order] });
  });

  it("lets an empty selector take all and an absent one nothing", () => {
    const stages = [{ name: "all", labelSelector: {} }, { name: "none" }];
    expect(computeStages("/s", stages, tutorial)).toEqual({
      ok: true,
      stages: [["member1", "member2", "member3"], []],
    });
  });

  it.each([
    {
      behaviour: "names a cluster that two stages select",
      stages: [{ name: "a", labelSelector: {} }, stage("b", "staging")],
      message: "cluster `member2` appears in more than one stages",
    },
    {
      behaviour: "names the clusters without a stage, sorted",
      stages: [stage("a", "staging")],
      message:
        "some clusters are not placed in any stage, total 2, showing up to 10: member1, member3",
    },
    {
      behaviour: "names the cluster whose sorting label is no integer",
      stages: [{ name: "a", labelSelector: {}, sortingLabelKey: "environment" }],
      message:
        'the sorting label `environment:canary` on cluster `member1` is not valid: strconv.Atoi: parsing "canary": invalid syntax',
    },
    {
      behaviour: "refuses a missing sorting label",
      stages: [{ name: "a", labelSelector: {}, sortingLabelKey: "order" }],
      message:
        'the sorting label `order:` on cluster `member2` is not valid: strconv.Atoi: parsing "": invalid syntax',
    },
    {
      behaviour: "refuses two after-stage tasks of a type",
      stages: [
        {
          name: "a",
          labelSelector: {},
          afterStageTasks: [{ type: "Approval" as const }, { type: "Approval" as const }],
        },
      ],
      message:
        "the after stage tasks are invalid, updateStrategy: `/s`, stage: a, err: afterStageTasks cannot have two tasks of the same type: Approval",
    },
    {
      behaviour: "refuses a wait of no time",
      stages: [
        {
          name: "a",
          labelSelector: {},
          afterStageTasks: [{ type: "TimedWait" as const, waitTime: "0s" }],
        },
      ],
      message:
        "the after stage tasks are invalid, updateStrategy: `/s`, stage: a, err: task 0 of type TimedWait has wait duration <= 0",
    },
    {
      behaviour: "refuses a timed wait before a stage",
      stages: [
        {
          name: "a",
          labelSelector: {},
          beforeStageTasks: [{ type: "TimedWait" as const, waitTime: "1s" }],
        },
      ],
      message:
        "the before stage tasks are invalid, updateStrategy: `/s`, stage: a, err: task 0 of type TimedWait is not allowed in beforeStageTasks, allowed type: Approval",
    },
  ])("$behaviour", ({ stages, message }) => {
    expect(computeStages("/s", stages, tutorial)).toMatchObject({
      ok: false,
      message: `failed to process the request due to a client error: ${message}`,
    });
  });
});
