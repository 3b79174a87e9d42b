import { describe, expect, it } from "vitest";
import type { TopologySpreadConstraint } from "../../src/api/scheduling-constraints.js";
import { TopologySpread } from "../../src/placement/topology-spread.js";
import { makeMember } from "./fixtures.js";

/** Members of three regions, named after them, and one that is in none. */
const inRegion = (name: string) => makeMember(name, { labels: { region: name.slice(0, 2) } });
const members = [...["eu1", "eu2", "us1", "us2", "as1"].map(inRegion), makeMember("nowhere")];

const constraint = (more: Partial<TopologySpreadConstraint> = {}): TopologySpreadConstraint => ({
  topologyKey: "region",
  ...more,
});

function judge(candidate: string, picked: readonly string[], ...rules: TopologySpreadConstraint[]) {
  const find = (name: string) =>
    members.find(({ metadata }) => metadata.name === name) ?? inRegion(name);
  return new TopologySpread(rules, members, picked.map(find)).judge(find(candidate));
}

describe("the spread over domains", () => {
  it.each([
    { behaviour: "the first placement makes it uneven", picked: [], score: -1 },
    { behaviour: "one more where there are most makes it worse", picked: ["eu2"], score: -1 },
    { behaviour: "one more among several emptiest changes nothing", picked: ["us1"], score: 0 },
    {
      behaviour: "one more in the only emptiest makes it better",
      picked: ["us1", "as1"],
      score: 1,
    },
    {
      behaviour: "one more between emptiest and fullest changes nothing",
      picked: ["us1", "us2", "eu2"],
      score: 0,
    },
  ])("$behaviour", ({ picked, score }) => {
    expect(judge("eu1", picked, constraint({ maxSkew: 9 }))).toEqual({ score });
  });

  it("may not become more uneven than maxSkew, which is 1 unless said otherwise", () => {
    expect(judge("eu2", ["eu1"], constraint())).toEqual({
      score: 0,
      violation: 'violated topology spread constraint "region" (max skew 1)',
    });
    expect(judge("eu2", ["eu1"], constraint({ maxSkew: 2 })).violation).toBeUndefined();
  });

  it("is only a wish with ScheduleAnyway", () => {
    const wish = constraint({ whenUnsatisfiable: "ScheduleAnyway" });
    expect(judge("eu2", ["eu1"], wish)).toEqual({ score: -1000 });
  });

  it("does not concern a member without the label", () => {
    expect(judge("nowhere", ["eu1"], constraint())).toEqual({ score: 0 });
  });

  it("adds up over constraints, and one violation is enough", () => {
    const zones = constraint({ topologyKey: "zone" });
    expect(judge("us1", [], constraint(), constraint())).toEqual({ score: -2 });
    expect(judge("eu2", ["eu1"], zones, constraint()).violation).toContain('"region"');
  });
});
