import { describe, expect, it } from "vitest";
import type { PlacementPolicy } from "../../src/api/placement.js";
import { type SchedulingInput, schedule } from "../../src/placement/scheduling.js";
import { makeBinding, makeMember } from "./fixtures.js";

const leaving = { deletionTimestamp: "2026-11-21T09:00:00Z" };
const notJoined = {
  conditions: [
    {
      type: "Joined",
      status: "False",
      lastTransitionTime: "2026-11-21T09:00:00Z",
      reason: "NotJoined",
      message: "credentials are refused",
    } as const,
  ],
};

function decide(policy: PlacementPolicy | undefined, more: Partial<SchedulingInput> = {}) {
  return schedule({
    policy,
    policySnapshotName: "web-0",
    members: ["m3", "m1", "m2"].map((name) => makeMember(name)),
    bindings: [],
    now: new Date("2026-11-21T10:00:00Z"),
    ...more,
  });
}

function pickedBy(schedule: ReturnType<typeof decide>): readonly string[] {
  return schedule.decisions.flatMap(({ selected, clusterName }) => (selected ? [clusterName] : []));
}

function reasonFor(schedule: ReturnType<typeof decide>, cluster: string): string | undefined {
  return schedule.decisions.find(({ clusterName }) => clusterName === cluster)?.reason;
}

describe("schedule with PickAll", () => {
  it("picks every member in order of name, as KubeFleet words it", () => {
    const decided = decide(undefined);
    expect(pickedBy(decided)).toEqual(["m1", "m2", "m3"]);
    expect(decided.decisions[0]).toEqual({
      clusterName: "m1",
      selected: true,
      clusterScore: { affinityScore: 0, priorityScore: 0 },
      reason:
        'Successfully scheduled resources for placement in "m1" (affinity score: 0, topology spread score: 0): picked by scheduling policy',
    });
    expect(decided.condition).toEqual({
      status: "True",
      reason: "SchedulingPolicyFulfilled",
      message: "found all cluster needed as specified by the scheduling policy, found 3 cluster(s)",
    });
  });

  it("is fulfilled without any cluster", () => {
    expect(decide({ placementType: "PickAll" }, { members: [] }).condition?.status).toBe("True");
  });

  it.each([
    {
      behaviour: "passes over a member that is leaving",
      policy: {},
      member: makeMember("a", leaving),
      reason: "cluster has left the fleet",
    },
    {
      behaviour: "passes over a member that has not joined",
      policy: {},
      member: makeMember("a", notJoined),
      reason: "cluster has not joined the fleet: credentials are refused",
    },
    {
      behaviour: "passes over a member without the required labels",
      policy: requiring({ region: "eu" }),
      member: makeMember("a", { labels: { region: "us" } }),
      reason: "cluster does not match with any of the required cluster affinity terms",
    },
    {
      behaviour: "passes over a member with a taint",
      policy: {},
      member: makeMember("a", { taints: [{ key: "gpu", value: "x", effect: "NoSchedule" }] }),
      reason: "taint {Key:gpu Value:x Effect:NoSchedule} cannot be tolerated",
    },
  ])("$behaviour", ({ policy, member, reason }) => {
    const decided = decide(policy, { members: [member] });
    expect(pickedBy(decided)).toEqual([]);
    expect(reasonFor(decided, "a")).toBe(
      `Cluster "a" is not eligible for resource placement yet: ${reason}`,
    );
  });

  it.each([
    { behaviour: "tolerates an equal taint", toleration: { key: "gpu", value: "x" } },
    {
      behaviour: "tolerates any value",
      toleration: { key: "gpu", operator: "Exists" } as const,
    },
    { behaviour: "tolerates any taint", toleration: { operator: "Exists" } as const },
  ])("$behaviour", ({ toleration }) => {
    const taints = [{ key: "gpu", value: "x", effect: "NoSchedule" } as const];
    const members = [makeMember("a", { taints })];
    expect(pickedBy(decide({ tolerations: [toleration] }, { members }))).toEqual(["a"]);
  });

  it("keeps a cluster that was picked under this policy and no longer matches", () => {
    const members = [makeMember("a", notJoined), makeMember("b", leaving)];
    const bindings = [makeBinding("a"), makeBinding("b")];
    const decided = decide(requiring({ region: "eu" }), { members, bindings });
    expect(pickedBy(decided)).toEqual(["a"]);
    expect(reasonFor(decided, "a")).toBe("picked a");
  });

  it("asks anew under another policy", () => {
    const members = [makeMember("a")];
    const bindings = [makeBinding("a", { spec: { schedulingPolicySnapshotName: "web-7" } })];
    expect(pickedBy(decide(requiring({ region: "eu" }), { members, bindings }))).toEqual([]);
  });
});

describe("schedule with PickFixed", () => {
  const fixed = (...clusterNames: string[]) => ({
    placementType: "PickFixed" as const,
    clusterNames,
  });

  it("picks the named members", () => {
    const decided = decide(fixed("m2", "m1"));
    expect(pickedBy(decided)).toEqual(["m2", "m1"]);
    expect(decided.decisions[0]).toEqual({
      clusterName: "m2",
      selected: true,
      reason: 'Successfully scheduled resources for placement in "m2": picked by scheduling policy',
    });
    expect(decided.condition?.status).toBe("True");
  });

  it("says which of the named members are missing or not eligible", () => {
    const members = [makeMember("a"), makeMember("b", leaving)];
    const decided = decide(fixed("x", "b", "a"), { members });
    expect(pickedBy(decided)).toEqual(["a"]);
    expect(reasonFor(decided, "x")).toBe('Specified cluster "x" is not found');
    expect(reasonFor(decided, "b")).toBe(
      'Cluster "b" is not eligible for resource placement yet: cluster has left the fleet',
    );
    expect(decided.condition).toEqual({
      status: "False",
      reason: "SchedulingPolicyUnfulfilled",
      message:
        "could not find all clusters needed as specified by the scheduling policy, found 1 cluster(s) instead",
    });
  });

  it("keeps a member that is no longer eligible, but not one that leaves", () => {
    const members = [makeMember("a", notJoined), makeMember("b", leaving)];
    const bindings = [makeBinding("a"), makeBinding("b")];
    expect(pickedBy(decide(fixed("a", "b"), { members, bindings }))).toEqual(["a"]);
  });

  it("decides nothing without names", () => {
    expect(decide(fixed())).toEqual({ decisions: [] });
  });
});

describe("schedule with PickN", () => {
  const pick = (numberOfClusters: number) => ({
    placementType: "PickN" as const,
    numberOfClusters,
  });

  it("prefers the name that sorts last among equals", () => {
    const decided = decide(pick(2));
    expect(pickedBy(decided)).toEqual(["m3", "m2"]);
    expect(reasonFor(decided, "m1")).toBe(
      'Cluster "m1" does not score high enough (affinity score: 0, topology spread score: 0)',
    );
  });

  it("prefers the higher affinity score", () => {
    const members = [makeMember("a", { labels: { region: "eu" } }), makeMember("b")];
    const policy = { ...pick(1), affinity: { clusterAffinity: preferring({ region: "eu" }, 20) } };
    const decided = decide(policy, { members });
    expect(pickedBy(decided)).toEqual(["a"]);
    expect(decided.decisions[0]?.clusterScore?.affinityScore).toBe(20);
  });

  it("is not fulfilled with too few members", () => {
    const decided = decide(pick(5));
    expect(pickedBy(decided)).toHaveLength(3);
    expect(decided.condition?.reason).toBe("SchedulingPolicyUnfulfilled");
  });

  it("keeps the picked ones when the number grows", () => {
    expect(pickedBy(decide(pick(2), { bindings: [makeBinding("m1")] }))).toEqual(["m1", "m3"]);
  });

  it("gives up what is only scheduled before what is bound when the number shrinks", () => {
    const bindings = [
      makeBinding("m3", { spec: { state: "Scheduled" } }),
      makeBinding("m2", { spec: { state: "Scheduled" } }),
      makeBinding("m1"),
    ];
    expect(pickedBy(decide(pick(2), { bindings }))).toEqual(["m1", "m3"]);
  });

  it("prefers a member of the policy before among equals", () => {
    const bindings = [makeBinding("m1", { spec: { schedulingPolicySnapshotName: "web-7" } })];
    expect(pickedBy(decide(pick(1), { bindings }))).toEqual(["m1"]);
  });
});

describe("schedule with topology spread constraints", () => {
  const spread = (
    whenUnsatisfiable: "DoNotSchedule" | "ScheduleAnyway",
    numberOfClusters: number,
  ) => ({
    placementType: "PickN" as const,
    numberOfClusters,
    topologySpreadConstraints: [{ topologyKey: "region", maxSkew: 1, whenUnsatisfiable }],
  });
  const members = [
    ...["eu1", "eu2", "eu3"].map((name) => makeMember(name, { labels: { region: "eu" } })),
    makeMember("as1", { labels: { region: "as" } }),
  ];

  it("picks from each domain in turn", () => {
    expect(pickedBy(decide(spread("DoNotSchedule", 2), { members }))).toEqual(["eu3", "as1"]);
  });

  it("rather picks too few than upset the spread", () => {
    const decided = decide(spread("DoNotSchedule", 4), { members });
    expect(pickedBy(decided)).toEqual(["eu3", "as1", "eu2"]);
    expect(decided.condition?.reason).toBe("SchedulingPolicyUnfulfilled");
    expect(reasonFor(decided, "eu1")).toBe(
      'Cluster "eu1" is not eligible for resource placement yet: violated topology spread constraint "region" (max skew 1)',
    );
  });

  it("upsets the spread where it is only a wish, as late as possible", () => {
    const decided = decide(spread("ScheduleAnyway", 4), { members });
    expect(pickedBy(decided)).toEqual(["eu3", "as1", "eu2", "eu1"]);
    expect(decided.decisions[3]?.clusterScore).toEqual({
      affinityScore: 0,
      priorityScore: -1000,
    });
  });

  it("counts what is picked already, and moves none of it", () => {
    const bindings = [makeBinding("eu1"), makeBinding("eu2")];
    const decided = decide(spread("DoNotSchedule", 3), { members, bindings });
    expect(pickedBy(decided)).toEqual(["eu2", "eu1", "as1"]);
  });

  it("goes before what is preferred", () => {
    const policy = {
      ...spread("ScheduleAnyway", 2),
      affinity: { clusterAffinity: preferring({ region: "eu" }, 100) },
    };
    expect(pickedBy(decide(policy, { members }))).toEqual(["eu3", "as1"]);
  });
});

function requiring(matchLabels: Record<string, string>): PlacementPolicy {
  const clusterSelectorTerms = [{ labelSelector: { matchLabels } }];
  return {
    affinity: {
      clusterAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { clusterSelectorTerms } },
    },
  };
}

function preferring(matchLabels: Record<string, string>, weight: number) {
  const preference = { labelSelector: { matchLabels } };
  return { preferredDuringSchedulingIgnoredDuringExecution: [{ weight, preference }] };
}
