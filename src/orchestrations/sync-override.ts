import type { OrchestrationContext, OrchestrationHandler, Task } from "durable-functions";
import { Activity, SyncOverrideResult, TargetRef } from "../activities/contracts.js";
import { complain } from "./complain.js";
import { pause, RETRY } from "./wait.js";

const STEPS = 20;

/** How soon an override that a run still needs is looked at again: nothing wakes it when the run ends. */
const IN_USE_SECONDS = 60;

/** Gets the snapshots of one override in order after a change, and ends; lives longer only for one that is held. */
export const syncOverride: OrchestrationHandler = function* (context: OrchestrationContext) {
  const override = TargetRef.parse(context.df.getInput());
  for (let step = 0; step < STEPS; step += 1) {
    const result = yield* sync(context, override);
    if (result?.kind === "Synced") return;
    if (result?.kind === "InUse") yield* pause(context, IN_USE_SECONDS);
    if (!result) yield* pause(context, 30);
  }
  context.df.continueAsNew(override);
};

/** Undefined when the activity failed for longer than its retries: a defect or an outage, tried again later. */
function* sync(
  context: OrchestrationContext,
  override: TargetRef,
): Generator<Task, SyncOverrideResult | undefined, unknown> {
  try {
    return SyncOverrideResult.parse(
      yield context.df.callActivityWithRetry(Activity.syncOverride, RETRY, override),
    );
  } catch (error) {
    complain(
      context,
      `override ${override.name}: snapshot failed, next try in 30 s: ${String(error)}`,
    );
    return undefined;
  }
}
