import { describe, expect, it } from "vitest";
import type { OverrideSnapshotNames } from "../../src/api/override.js";
import { wantedOverrides, withWantedOverrides } from "../../src/placement/wanted-overrides.js";
import { planRollingUpdate } from "../../src/rollout/rolling-update.js";
import { makeBinding, makePlacement } from "../placement/fixtures.js";

const WORKS = { RolloutStarted: "True", Applied: "True", Available: "True" } as const;
const ONE = { clusterResourceOverrideSnapshots: ["labels-1"] };
const OTHER = { clusterResourceOverrideSnapshots: ["labels-0"] };

/** A cluster with the latest snapshot that has some overrides and is to get others. */
function binding(has: OverrideSnapshotNames, wants: OverrideSnapshotNames) {
  const made = makeBinding("a", {
    spec: { resourceSnapshotName: "web-1-snapshot", ...has },
    steps: WORKS,
  });
  const annotations = withWantedOverrides(made, wants) ?? {};
  return { ...made, metadata: { ...made.metadata, annotations } };
}

describe("the overrides of a cluster that is rolled out without runs", () => {
  it.each([
    { behaviour: "need no update when it has what it is to get", has: ONE, wants: ONE, steps: 0 },
    { behaviour: "need no update when there are none", has: {}, wants: {}, steps: 0 },
    { behaviour: "are brought when they are new", has: {}, wants: ONE, steps: 1 },
    { behaviour: "are brought when they changed", has: OTHER, wants: ONE, steps: 1 },
    { behaviour: "are taken back when they are gone", has: ONE, wants: {}, steps: 1 },
  ])("$behaviour", ({ has, wants, steps }) => {
    const placement = makePlacement({ strategy: { type: "RollingUpdate" } });
    const view = { placement, bindings: [binding(has, wants)], snapshotName: "web-1-snapshot" };
    const plan = planRollingUpdate(view, new Date("2026-11-21T09:10:00Z"));
    expect(plan.steps.map(({ work }) => work)).toEqual(
      Array.from({ length: steps }, () => "Update"),
    );
  });

  it("are written down once, and no longer when there are none", () => {
    const wanting = binding({}, ONE);
    expect(wantedOverrides(wanting)).toEqual(ONE);
    expect(withWantedOverrides(wanting, ONE)).toBeUndefined();
    expect(withWantedOverrides(wanting, {})).toEqual({});
  });

  it("are none when what was written down is damaged", () => {
    const damaged = binding({}, ONE);
    const annotations = { "stagecoach.dev/override-snapshots": "{" };
    const metadata = { ...damaged.metadata, annotations };
    expect(wantedOverrides({ ...damaged, metadata })).toEqual({});
  });
});
