import type { OrchestrationContext, OrchestrationHandler, Task } from "durable-functions";
import { Activity, LaneInput, LaneResult } from "../activities/contracts.js";
import { complain } from "./complain.js";
import { waitForWake } from "./wait.js";

const STEPS = 40;

/**
 * One lane of a stage: takes the next cluster in order, updates it, records it, until none is left. The lanes of a
 * stage make up its `maxConcurrency`. A lane never throws, because its parent waits for all of them.
 */
export const updateLane: OrchestrationHandler = function* (context: OrchestrationContext) {
  const input = LaneInput.parse(context.df.getInput());
  for (let step = 0; step < STEPS; step += 1) {
    const result = yield* next(context, input);
    if (result.kind === "Drained") return;
    if (result.kind === "Pending") yield* sleep(context, result.retryAfterSeconds);
  }
  context.df.continueAsNew(input);
};

/** Until it is time for the next try, or somebody wakes the lane because the run is to stop or to go on. */
function* sleep(context: OrchestrationContext, seconds: number): Generator<Task, void, unknown> {
  const now = context.df.currentUtcDateTime.getTime();
  yield* waitForWake(context, new Date(now + seconds * 1000).toISOString());
}

function* next(
  context: OrchestrationContext,
  input: LaneInput,
): Generator<Task, LaneResult, unknown> {
  const activity =
    input.work === "Update" ? Activity.updateNextCluster : Activity.removeNextCluster;
  try {
    return LaneResult.parse(yield context.df.callActivity(activity, input));
  } catch (error) {
    complain(
      context,
      `update run ${input.run.name}, stage ${input.stage}, lane ${input.lane}: ${activity} failed, next try in 15 s: ${String(error)}`,
    );
    return { kind: "Pending", retryAfterSeconds: 15 };
  }
}
