import type { Dependencies } from "./dependencies.js";
import { LanePlacements } from "./lane-placements.js";
import { LaneRuns } from "./lane-runs.js";
import { type RestBounds, RestedCalls } from "./rested-calls.js";

/** Watches of a run are told at once, and then so often; a placement that is woken lets changes gather anyway. */
const REST_OF_NEWS: RestBounds = { atLeast: 500, atMost: 5000 };
const REST_OF_WAKES: RestBounds = { first: 2000, atLeast: 4000, atMost: 20_000 };

/** What the lanes of all runs share in a process. */
export interface LaneTools {
  readonly deps: Dependencies;
  readonly runs: LaneRuns;
  /** Tells those who watch a run of its progress; by the run's uid. */
  readonly news: RestedCalls;
  /** Tells a run's placement of it; by the run's uid. */
  readonly wakes: RestedCalls;
  readonly placements: LanePlacements;
  /** See `ClaimRights`. */
  readonly taken: Set<string>;
}

/** The tools of a process that has just started, and so remembers nothing. */
export function makeLaneTools(deps: Dependencies): LaneTools {
  return {
    deps,
    runs: new LaneRuns(deps.store),
    news: new RestedCalls(REST_OF_NEWS),
    wakes: new RestedCalls(REST_OF_WAKES),
    placements: new LanePlacements(deps),
    taken: new Set(),
  };
}
