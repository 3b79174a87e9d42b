import type { Dependencies } from "../../../src/activities/dependencies.js";
import { LanePlacements, type LaneTools } from "../../../src/activities/lane-placements.js";
import { RestedCalls } from "../../../src/activities/rested-calls.js";

/** Tools of a process that has just started, and so remembers nothing: the clock of these tests stands still. */
export function laneTools(deps: Dependencies): LaneTools {
  return {
    deps,
    news: new RestedCalls(),
    placements: new LanePlacements(deps),
    taken: new Set(),
  };
}
