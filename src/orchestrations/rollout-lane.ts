import type { OrchestrationContext, OrchestrationHandler } from "durable-functions";
import { Activity, RolloutLaneInput, RolloutLaneResult } from "../activities/contracts.js";
import { complain } from "./complain.js";
import { pause } from "./wait.js";

const STEPS = 40;

/**
 * One lane of a rolling update: takes the next cluster that may be worked at, until there is none at present. A slow
 * cluster does not hold it up: the placement's sync knows when to come back. A lane never throws, because its parent
 * waits for all of them.
 */
export const rolloutLane: OrchestrationHandler = function* (context: OrchestrationContext) {
  const input = RolloutLaneInput.parse(context.df.getInput());
  for (let step = 0; step < STEPS; step += 1) {
    try {
      const result = RolloutLaneResult.parse(
        yield context.df.callActivity(Activity.rollOutNextCluster, input),
      );
      if (result.kind === "Drained") return;
    } catch (error) {
      complain(
        context,
        `placement ${input.placement.name}, lane ${input.lane}: rollOutNextCluster failed, next try in 15 s: ${String(error)}`,
      );
      yield* pause(context, 15);
      return;
    }
  }
  context.df.continueAsNew(input);
};
