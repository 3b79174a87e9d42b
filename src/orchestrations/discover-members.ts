import type { OrchestrationContext, OrchestrationHandler } from "durable-functions";
import { Activity, DiscoverMembersResult, TargetRef } from "../activities/contracts.js";
import { RETRY, waitForWake } from "./wait.js";

const STEPS = 40;

/** One look for the clusters of the fleet, and another when Azure wants to be asked later. */
export const discoverMembers: OrchestrationHandler = function* (context: OrchestrationContext) {
  const discovery = TargetRef.parse(context.df.getInput());
  for (let step = 0; step < STEPS; step += 1) {
    const result = DiscoverMembersResult.parse(
      yield context.df.callActivityWithRetry(Activity.discoverMembers, RETRY, discovery),
    );
    if (result.kind === "Settled") return;
    yield* waitForWake(context, result.until);
  }
  context.df.continueAsNew(discovery);
};
