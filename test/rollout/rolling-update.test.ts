import { describe, expect, it } from "vitest";
import type { RolloutStrategy } from "../../src/api/placement.js";
import type { ResourceBinding } from "../../src/api/resource-binding.js";
import {
  planRollingUpdate,
  type RollingUpdatePlan,
  type RollingUpdateView,
} from "../../src/rollout/rolling-update.js";
import { inHand, settledUntil, triedAgainLater } from "../../src/rollout/rollout-attempt.js";
import { makeBinding, makePlacement } from "../placement/fixtures.js";

const LATEST = "web-1-snapshot";
const NOW = new Date("2026-11-21T09:10:00Z");

const WORKS = {
  RolloutStarted: "True",
  Overridden: "True",
  WorkSynchronized: "True",
  Applied: "True",
  Available: "True",
} as const;
const UNAVAILABLE = { ...WORKS, Available: "False" } as const;
const UNREACHABLE = { RolloutStarted: "True", WorkSynchronized: "False" } as const;

type Steps = Parameters<typeof makeBinding>[1];

const at = (snapshot: string, steps: Readonly<Record<string, "True" | "False">>): Steps => ({
  spec: { resourceSnapshotName: snapshot },
  steps,
});
const current = at(LATEST, WORKS);
const outdated = at("web-0-snapshot", WORKS);
const scheduled: Steps = { spec: { state: "Scheduled" } };
const surplus: Steps = {
  spec: { state: "Unscheduled", resourceSnapshotName: "web-0-snapshot" },
  steps: WORKS,
};

/** Bindings of clusters a, b, c, … */
function clusters(...states: readonly Steps[]): readonly ResourceBinding[] {
  return states.map((state, position) => makeBinding(String.fromCharCode(97 + position), state));
}

function many(number: number, state: Steps): readonly ResourceBinding[] {
  return Array.from({ length: number }, (_, position) =>
    makeBinding(`cluster-${String(position).padStart(2, "0")}`, state),
  );
}

function plan(
  bindings: readonly ResourceBinding[],
  rollingUpdate: RolloutStrategy["rollingUpdate"] = {},
  more: Partial<RollingUpdateView> = {},
  now = NOW,
): RollingUpdatePlan {
  const placement = makePlacement({ strategy: { type: "RollingUpdate", rollingUpdate } });
  return planRollingUpdate({ placement, bindings, snapshotName: LATEST, ...more }, now);
}

const begun = ({ steps }: Pick<RollingUpdatePlan, "steps">) =>
  steps.map(({ work, binding }) => `${work} ${binding.spec.targetCluster}`);

describe("planRollingUpdate", () => {
  it.each([
    { behaviour: "begins with the only cluster", number: 1, settings: {}, updates: 1 },
    { behaviour: "rounds a quarter of three up", number: 3, settings: {}, updates: 1 },
    { behaviour: "rounds a quarter of 99 up", number: 99, settings: {}, updates: 25 },
    {
      behaviour: "takes a percentage that is given",
      number: 99,
      settings: { maxUnavailable: "1%" },
      updates: 1,
    },
    {
      behaviour: "takes a number as it is",
      number: 99,
      settings: { maxUnavailable: 7 },
      updates: 7,
    },
    {
      behaviour: "updates all at once when all may be unavailable",
      number: 3,
      settings: { maxUnavailable: "100%" },
      updates: 3,
    },
    {
      behaviour: "takes a number above that of the clusters for all of them",
      number: 3,
      settings: { maxUnavailable: 5 },
      updates: 3,
    },
    {
      behaviour: "updates nothing when nothing may be unavailable",
      number: 3,
      settings: { maxUnavailable: 0 },
      updates: 0,
    },
  ])("$behaviour", ({ number, settings, updates }) => {
    const { steps, blocked } = plan(many(number, outdated), settings);
    expect([steps.length, blocked.size]).toEqual([updates, number - updates]);
  });

  it.each([
    {
      behaviour: "leaves clusters alone that have the latest snapshot",
      bindings: clusters(current, current),
      steps: [],
    },
    {
      behaviour: "begins with all new clusters at once",
      bindings: clusters(scheduled, scheduled, scheduled),
      steps: ["Update a", "Update b", "Update c"],
    },
    {
      behaviour: "leaves the others alone while one is unavailable",
      bindings: clusters(at(LATEST, UNAVAILABLE), outdated, outdated),
      steps: ["Confirm a"],
    },
    {
      behaviour: "counts a cluster that nothing is known of as unavailable",
      bindings: clusters(at(LATEST, { RolloutStarted: "True" }), outdated, outdated),
      steps: ["Confirm a"],
    },
    {
      behaviour: "brings the latest snapshot at any time to a cluster on which nothing works",
      bindings: clusters(at("web-0-snapshot", UNAVAILABLE), outdated, outdated),
      steps: ["Update a"],
    },
    {
      behaviour: "works at every cluster on which nothing works",
      bindings: clusters(
        at("web-0-snapshot", UNREACHABLE),
        at(LATEST, UNREACHABLE),
        at("web-0-snapshot", UNAVAILABLE),
      ),
      steps: ["Update a", "Confirm b", "Update c"],
    },
    {
      behaviour: "goes on when enough clusters are available",
      bindings: clusters(current, outdated, outdated),
      steps: ["Update b"],
    },
    {
      behaviour: "applies once more what was confirmed for an earlier policy",
      bindings: clusters({ ...current, metadata: { generation: 3 } }, current),
      steps: ["Confirm a"],
    },
    {
      behaviour: "takes the placement off clusters that are picked no more, before it updates",
      bindings: clusters(outdated, surplus, outdated),
      steps: ["Remove b", "Update a"],
    },
    {
      behaviour: "removes a binding at once that never had anything",
      bindings: clusters(outdated, { spec: { state: "Unscheduled" } }),
      steps: ["Remove b", "Update a"],
    },
    {
      behaviour: "keeps what is to be removed until its replacement works",
      bindings: clusters(surplus, surplus, at(LATEST, UNREACHABLE), scheduled),
      steps: ["Confirm c", "Update d", "Remove a"],
    },
    {
      behaviour: "updates a cluster whose apply strategy has changed",
      bindings: clusters({
        spec: { resourceSnapshotName: LATEST, applyStrategy: { type: "ServerSideApply" } },
        steps: WORKS,
      }),
      steps: ["Update a"],
    },
    {
      behaviour: "takes a reported difference for a result",
      bindings: clusters(at(LATEST, { DiffReported: "True" })),
      steps: [],
    },
    {
      behaviour: "leaves a binding alone that is being deleted",
      bindings: clusters({ ...outdated, metadata: { deletionTimestamp: "2026-11-21T09:00:00Z" } }),
      steps: [],
    },
  ])("$behaviour", ({ bindings, steps }) => {
    expect(begun(plan(bindings))).toEqual(steps);
  });

  it("adds no more clusters than the surge allows while others still have the resources", () => {
    const { steps, blocked } = plan(clusters(surplus, surplus, scheduled, scheduled), {
      maxUnavailable: 0,
      maxSurge: 1,
    });
    expect(begun({ steps })).toEqual(["Update c"]);
    expect([...blocked]).toEqual([
      [
        "d",
        "The resources cannot be updated to the latest because of the rollout strategy: at most 3 cluster(s) may have the resources at a time (maxSurge), and as many have them",
      ],
    ]);
  });

  it("does nothing but remove before there is a snapshot", () => {
    const bindings = clusters(scheduled, { spec: { state: "Unscheduled" } });
    expect(begun(plan(bindings, {}, { snapshotName: undefined }))).toEqual(["Remove b"]);
  });

  it("says what blocked clusters wait for", () => {
    const { blocked } = plan(clusters(at(LATEST, UNAVAILABLE), outdated));
    expect([...blocked]).toEqual([
      [
        "b",
        "The resources cannot be updated to the latest because of the rollout strategy: 1 of 2 cluster(s) may be unavailable at a time (maxUnavailable); waiting for a",
      ],
    ]);
  });

  it("comes back to a cluster that was tried in vain, not before its next try", () => {
    const tried = makeBinding("a", at(LATEST, UNREACHABLE));
    const annotations = triedAgainLater(tried, NOW);
    const waiting = makeBinding("a", {
      ...at(LATEST, UNREACHABLE),
      metadata: { annotations },
    });
    expect(plan([waiting])).toMatchObject({ steps: [], nextLook: "2026-11-21T09:10:02.000Z" });
    const later = new Date("2026-11-21T09:10:02Z");
    expect(begun(plan([waiting], {}, {}, later))).toEqual(["Confirm a"]);
  });

  it("brings a newer snapshot without waiting for the next try of the older one", () => {
    const tried = makeBinding("a", at("web-0-snapshot", UNREACHABLE));
    const annotations = triedAgainLater(tried, NOW);
    const waiting = makeBinding("a", {
      ...at("web-0-snapshot", UNREACHABLE),
      metadata: { annotations },
    });
    expect(begun(plan([waiting]))).toEqual(["Update a"]);
  });

  it("waits for the unavailable period where health cannot be told", () => {
    const blind = makeBinding("a", current);
    const conditions = (blind.status?.conditions ?? []).map((condition) => ({
      ...condition,
      lastTransitionTime: "2026-11-21T09:09:30Z",
      ...(condition.type === "Available" && { reason: "NotAllWorkAreAvailabilityTrackable" }),
    }));
    const bindings = [
      { ...blind, status: { conditions } },
      ...clusters(outdated, outdated).slice(1),
    ];
    const early = plan(bindings, { unavailablePeriodSeconds: 60 });
    expect([begun(early), early.nextLook]).toEqual([[], "2026-11-21T09:10:30.000Z"]);
    const late = new Date("2026-11-21T09:10:30Z");
    expect(begun(plan(bindings, { unavailablePeriodSeconds: 60 }, {}, late))).toEqual(["Update b"]);
    expect(begun(plan(bindings, { unavailablePeriodSeconds: 20 }))).toEqual(["Update b"]);
  });

  describe("that looks for drift", () => {
    const strategy = { applyStrategy: { whenToApply: "IfNotDrifted" } } as const;
    const watched = (nextLook?: string) =>
      makeBinding("a", {
        ...current,
        spec: { resourceSnapshotName: LATEST, applyStrategy: strategy.applyStrategy },
        ...(nextLook !== undefined && {
          metadata: { annotations: settledUntil(makeBinding("a"), new Date(nextLook)) },
        }),
      });

    it.each([
      {
        behaviour: "looks at a cluster that it has never looked at",
        binding: watched(),
        steps: ["Confirm a"],
        nextLook: undefined,
      },
      {
        behaviour: "looks again when the time has come",
        binding: watched("2026-11-21T09:10:00Z"),
        steps: ["Confirm a"],
        nextLook: undefined,
      },
      {
        behaviour: "waits until then",
        binding: watched("2026-11-21T09:15:00Z"),
        steps: [],
        nextLook: "2026-11-21T09:15:00.000Z",
      },
    ])("$behaviour", ({ binding, steps, nextLook }) => {
      const planned = plan([binding], {}, { placement: makePlacement({ strategy }) });
      expect([begun(planned), planned.nextLook]).toEqual([steps, nextLook]);
    });
  });

  describe("for a lane", () => {
    const round = "2026-11-21T09:09:59.000Z";
    const heldBy = (cluster: string, lane: number, since = round) =>
      makeBinding(cluster, {
        ...at(LATEST, { RolloutStarted: "True" }),
        metadata: { annotations: inHand(makeBinding(cluster), { round: since, lane }) },
      });

    it("goes back to the cluster it was interrupted at", () => {
      const bindings = [heldBy("b", 1), ...clusters(scheduled)];
      expect(begun(plan(bindings, {}, { lane: { round, lane: 1 } }))).toEqual(["Confirm b"]);
    });

    it("leaves alone what its siblings have in hand, and counts it", () => {
      const bindings = [heldBy("b", 0), ...clusters(outdated)];
      expect(begun(plan(bindings, {}, { lane: { round, lane: 1 } }))).toEqual([]);
    });

    it("takes over what lanes of an earlier round left", () => {
      const bindings = [heldBy("b", 0, "2026-11-21T09:00:00.000Z")];
      expect(begun(plan(bindings, {}, { lane: { round, lane: 1 } }))).toEqual(["Confirm b"]);
    });

    it("leaves alone what lanes of a later round have in hand", () => {
      const bindings = [heldBy("b", 1, "2026-11-21T09:09:59.500Z")];
      expect(begun(plan(bindings, {}, { lane: { round, lane: 1 } }))).toEqual([]);
    });
  });

  it("brings everything to its end, whatever the order, without ever exceeding the limit", () => {
    let bindings = many(9, outdated);
    let rounds = 0;
    for (; ; rounds += 1) {
      const { steps } = plan(bindings, { maxUnavailable: 2 });
      if (steps.length === 0) break;
      expect(steps.length).toBeLessThanOrEqual(2);
      const done = new Set(steps.map(({ binding }) => binding.metadata.name));
      bindings = bindings.map((binding) =>
        done.has(binding.metadata.name)
          ? makeBinding(binding.spec.targetCluster, current)
          : binding,
      );
    }
    expect(rounds).toBe(5);
  });
});
