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

  it("refuses a missing sorting label as it refuses one that is no whole number", () => {
    const stages = [{ name: "a", labelSelector: {}, sortingLabelKey: "order" }];
    expect(computeStages("/s", stages, tutorial)).toMatchObject({
      ok: false,
      message:
        'failed to process the request due to a client error: the sorting label `order:` on cluster `member2` is not valid: strconv.Atoi: parsing "": invalid syntax',
    });
  });
});
