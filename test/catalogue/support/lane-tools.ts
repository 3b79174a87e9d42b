import type { Dependencies } from "../../../src/activities/dependencies.js";
import { LanePlacements, type LaneTools } from "../../../src/activities/lane-placements.js";
import { LaneRuns } from "../../../src/activities/lane-runs.js";
import { RestedCalls } from "../../../src/activities/rested-calls.js";

const REST = { atLeast: 500, atMost: 5000 };

/** Tools of a process that has just started, and so remembers nothing: the clock of these tests stands still. */
export function laneTools(deps: Dependencies): LaneTools {
  return {
    deps,
    runs: new LaneRuns(deps.store),
    news: new RestedCalls(REST),
    wakes: new RestedCalls(REST),
    placements: new LanePlacements(deps),
    taken: new Set(),
  };
}
