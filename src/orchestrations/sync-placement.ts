import type { OrchestrationContext, OrchestrationHandler } from "durable-functions";
import { Activity, SyncPlacementResult, TargetRef } from "../activities/contracts.js";
import { pause, RETRY, waitForWake } from "./wait.js";

const STEPS = 40;

/** Collects the changes of one edit into one snapshot; a snapshot is due 3 s after the last change. */
const QUIET_SECONDS = 0.5;

/** Lives as long as its placement: looks, then waits until something that the placement depends on changes. */
export const syncPlacement: OrchestrationHandler = function* (context: OrchestrationContext) {
  const placement = TargetRef.parse(context.df.getInput());
  for (let step = 0; step < STEPS; step += 1) {
    try {
      const result = SyncPlacementResult.parse(
        yield context.df.callActivityWithRetry(Activity.syncPlacement, RETRY, placement),
      );
      if (result.kind === "Gone") return;
    } catch (error) {
      context.error(`placement ${placement.name}: sync failed, next try in 30 s: ${String(error)}`);
      yield* pause(context, 30);
      continue;
    }
    yield* waitForWake(context);
    yield* pause(context, QUIET_SECONDS);
  }
  context.df.continueAsNew(placement);
};
