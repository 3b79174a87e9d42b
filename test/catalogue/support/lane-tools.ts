import type { Dependencies } from "../../../src/activities/dependencies.js";
import { LanePlacements, type LaneTools } from "../../../src/activities/lane-placements.js";
import { RunTouches } from "../../../src/activities/stored-run.js";

/** Tools of a process that has just started, and so remembers nothing: the clock of these tests stands still. */
export function laneTools(deps: Dependencies): LaneTools {
  return {
    deps,
    touches: new RunTouches(deps.store),
    placements: new LanePlacements(deps),
    taken: new Set(),
  };
}
