import { describe, expect, it } from "vitest";
import type { Placement } from "../../src/api/placement.js";
import { placementEvents } from "../../src/placement/placement-events.js";
import { placementIn, readFixture } from "./fixtures.js";

const before = placementIn(readFixture("before-any-run"));
const after = placementIn(readFixture("rolled-out"));

function withGeneration(placement: Placement, generation: number): Placement {
  return { ...placement, metadata: { ...placement.metadata, generation } };
}

describe("placementEvents", () => {
  it("are those that KubeFleet records when all clusters have moved", () => {
    const events = placementEvents(before, after);
    expect(events.map(({ type, reason, message }) => `${type} ${reason}: ${message}`)).toEqual([
      "Normal PlacementRolloutStarted: Started rolling out the latest resources",
      "Normal PlacementOverriddenSucceeded: Placement has been successfully overridden",
      "Normal PlacementWorkSynchronized: Work(s) have been created or updated successfully for the selected cluster(s)",
      "Normal PlacementApplied: Resources have been applied to the selected cluster(s)",
      "Normal PlacementAvailable: Resources are available on the selected cluster(s)",
      "Normal PlacementRolloutCompleted: Placement has finished the rollout process and reached the desired status",
    ]);
  });

  it.each([
    { behaviour: "are none when nothing changes", from: after, to: after },
    { behaviour: "are none when a rollout begins anew", from: after, to: before },
    {
      behaviour: "are none while the status is of an earlier generation",
      from: before,
      to: withGeneration(after, 2),
    },
  ])("$behaviour", ({ from, to }) => {
    expect(placementEvents(from, to)).toEqual([]);
  });

  it("tell that the placement is scheduled, in the scheduler's words", () => {
    const unscheduled = { ...before, status: { conditions: [] } };
    const scheduled = before.status?.conditions?.[0];
    expect(placementEvents(unscheduled, before)).toEqual([
      { type: "Normal", reason: "PlacementScheduled", message: scheduled?.message },
    ]);
  });

  it("tell a step that was reached and no completion before the last one", () => {
    const conditions = after.status?.conditions?.slice(0, 3) ?? [];
    const halfway = { ...after, status: { conditions } };
    expect(placementEvents(before, halfway).map(({ reason }) => reason)).toEqual([
      "PlacementRolloutStarted",
      "PlacementOverriddenSucceeded",
    ]);
    expect(placementEvents(halfway, after).map(({ reason }) => reason)).toEqual([
      "PlacementWorkSynchronized",
      "PlacementApplied",
      "PlacementAvailable",
      "PlacementRolloutCompleted",
    ]);
  });
});
