import type { OrchestrationContext, OrchestrationHandler, Task } from "durable-functions";
import {
  Activity,
  Orchestration,
  type RolloutLaneInput,
  SyncPlacementResult,
  TargetRef,
} from "../activities/contracts.js";
import { complain } from "./complain.js";
import { pause, RETRY, waitForWake } from "./wait.js";

const STEPS = 40;

/** Collects the changes of one edit into one snapshot; a snapshot is due 3 s after the last change. */
const QUIET_SECONDS = 0.5;

/**
 * Lives as long as its placement: looks, rolls out what may roll out by itself, then waits until something that the
 * placement depends on changes.
 */
export const syncPlacement: OrchestrationHandler = function* (context: OrchestrationContext) {
  const placement = TargetRef.parse(context.df.getInput());
  for (let step = 0; step < STEPS; step += 1) {
    const result = yield* sync(context, placement);
    if (!result) {
      yield* pause(context, 30);
      continue;
    }
    switch (result.kind) {
      case "Gone":
        return;
      case "RollOut":
        yield* runLanes(context, placement, result.lanes);
        break;
      case "Synced":
        yield* waitForWake(context, result.until);
        yield* pause(context, result.quietSeconds ?? QUIET_SECONDS);
        break;
    }
  }
  context.df.continueAsNew(placement);
};

/** Undefined when the activity failed for longer than its retries: a defect or an outage, tried again later. */
function* sync(
  context: OrchestrationContext,
  placement: TargetRef,
): Generator<Task, SyncPlacementResult | undefined, unknown> {
  try {
    return SyncPlacementResult.parse(
      yield context.df.callActivityWithRetry(Activity.syncPlacement, RETRY, placement),
    );
  } catch (error) {
    complain(
      context,
      `placement ${placement.name}: sync failed, next try in 30 s: ${String(error)}`,
    );
    return undefined;
  }
}

function* runLanes(
  context: OrchestrationContext,
  placement: TargetRef,
  count: number,
): Generator<Task, void, unknown> {
  const round = context.df.currentUtcDateTime.toISOString();
  const lanes = Array.from({ length: count }, (_, lane): Task => {
    const input: RolloutLaneInput = { placement, lane, round };
    return context.df.callSubOrchestrator(Orchestration.rolloutLane, input);
  });
  yield context.df.Task.all(lanes);
}
