import { describe, expect, it } from "vitest";
import type {
  ClusterSelectorTerm,
  PropertyRequirement,
} from "../../src/api/scheduling-constraints.js";
import { affinityScorer, matchesRequiredAffinity } from "../../src/placement/cluster-affinity.js";
import { makeMember } from "./fixtures.js";

const NODES = "kubernetes-fleet.io/node-count";
const CPU = "resources.kubernetes-fleet.io/available-cpu";

const withNodes = (name: string, value: string) =>
  makeMember(name, { status: { properties: { [NODES]: { value } } } });

const requiring = (...clusterSelectorTerms: ClusterSelectorTerm[]) => ({
  affinity: {
    clusterAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { clusterSelectorTerms } },
  },
});

const property = (
  name: string,
  operator: PropertyRequirement["operator"],
  value: string,
): ClusterSelectorTerm => ({
  propertySelector: { matchExpressions: [{ name, operator, values: [value] }] },
});

describe("a required property", () => {
  it.each([
    { operator: "Eq", matching: ["5", "5000m"], others: ["4", "6"] },
    { operator: "Ne", matching: ["4", "6"], others: ["5", "5.0"] },
    { operator: "Gt", matching: ["6", "5001m"], others: ["5", "4"] },
    { operator: "Ge", matching: ["5", "6"], others: ["4", "4999m"] },
    { operator: "Lt", matching: ["4", "4999m"], others: ["5", "1k"] },
    { operator: "Le", matching: ["5", "4"], others: ["6", "1Ki"] },
  ] as const)("$operator 5 takes $matching and not $others", ({ operator, matching, others }) => {
    const policy = requiring(property(NODES, operator, "5"));
    const taken = (value: string) => matchesRequiredAffinity(policy, withNodes("a", value));
    expect(matching.filter(taken)).toEqual(matching);
    expect(others.filter(taken)).toEqual([]);
  });

  it.each([
    { from: "total", usage: { capacity: { cpu: "8" } } },
    { from: "allocatable", usage: { allocatable: { cpu: "8" } } },
    { from: "available", usage: { available: { cpu: "8" } } },
  ])("$from-cpu is read from the member's resource usage", ({ from, usage }) => {
    const policy = requiring(property(`resources.kubernetes-fleet.io/${from}-cpu`, "Ge", "7500m"));
    const member = makeMember("a", { status: { resourceUsage: usage } });
    expect(matchesRequiredAffinity(policy, member)).toBe(true);
  });

  it.each([
    { behaviour: "that the member does not tell", member: makeMember("a"), name: NODES },
    { behaviour: "that is no number", member: withNodes("a", "many"), name: NODES },
    { behaviour: "of an unknown amount", member: makeMember("a"), name: `${CPU}x` },
    { behaviour: "that every object inherits", member: makeMember("a"), name: "constructor" },
  ])("$behaviour is not met, not even with Ne", ({ member, name }) => {
    expect(matchesRequiredAffinity(requiring(property(name, "Ne", "5")), member)).toBe(false);
  });

  it("stands beside the labels of its term, and terms are alternatives", () => {
    const labelled = { labelSelector: { matchLabels: { region: "eu" } } };
    const member = makeMember("a", {
      labels: { region: "eu" },
      status: { properties: { [NODES]: { value: "3" } } },
    });
    const both = { ...labelled, ...property(NODES, "Gt", "3") };
    expect(matchesRequiredAffinity(requiring(both), member)).toBe(false);
    expect(matchesRequiredAffinity(requiring(both, labelled), member)).toBe(true);
  });
});

describe("a preference", () => {
  const sorted = (sortOrder: "Ascending" | "Descending", weight: number) => ({
    affinity: {
      clusterAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight, preference: { propertySorter: { name: NODES, sortOrder } } },
        ],
      },
    },
  });
  const members = [
    withNodes("least", "2"),
    withNodes("middle", "5"),
    withNodes("most", "10"),
    makeMember("silent"),
  ];
  const scores = (policy: Parameters<typeof affinityScorer>[0], among = members) =>
    among.map(affinityScorer(policy, among));

  it.each([
    { order: "Descending", weight: 20, wanted: [0, 8, 20, 0] },
    { order: "Ascending", weight: 20, wanted: [20, 13, 0, 0] },
    { order: "Descending", weight: -4, wanted: [0, -2, -4, 0] },
  ] as const)("sorts $order with weight $weight by each value's share", (each) => {
    expect(scores(sorted(each.order, each.weight))).toEqual(each.wanted);
  });

  it("gives nothing where all members are the same", () => {
    expect(scores(sorted("Descending", 20), [withNodes("a", "3"), withNodes("b", "3")])).toEqual([
      0, 0,
    ]);
  });

  it("adds up with others, and its labels decide whom it is about", () => {
    const eu = { labels: { region: "eu" }, status: { properties: { [NODES]: { value: "9" } } } };
    const labelSelector = { matchLabels: { region: "eu" } };
    const propertySorter = { name: NODES, sortOrder: "Descending" as const };
    const policy = {
      affinity: {
        clusterAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            { weight: 10, preference: { labelSelector } },
            { weight: 5, preference: { labelSelector, propertySorter } },
          ],
        },
      },
    };
    expect(scores(policy, [withNodes("a", "1"), makeMember("b", eu)])).toEqual([0, 15]);
  });
});
