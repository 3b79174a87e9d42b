import type { OrchestrationContext, OrchestrationHandler, Task } from "durable-functions";
import { Activity, SyncMemberResult, TargetRef } from "../activities/contracts.js";
import { complain } from "./complain.js";
import { pause, RETRY, waitForWake } from "./wait.js";

const STEPS = 40;

/** Lives until a member has joined, or has left: a member at rest costs nothing. */
export const syncMember: OrchestrationHandler = function* (context: OrchestrationContext) {
  const member = TargetRef.parse(context.df.getInput());
  for (let step = 0; step < STEPS; step += 1) {
    const result = yield* look(context, member);
    if (!result) yield* pause(context, 30);
    else if (result.kind === "Settled") return;
    else yield* waitForWake(context, result.until);
  }
  context.df.continueAsNew(member);
};

/** Undefined when the activity failed for longer than its retries: a defect or an outage, tried again later. */
function* look(
  context: OrchestrationContext,
  member: TargetRef,
): Generator<Task, SyncMemberResult | undefined, unknown> {
  try {
    return SyncMemberResult.parse(
      yield context.df.callActivityWithRetry(Activity.syncMember, RETRY, member),
    );
  } catch (error) {
    complain(context, `member ${member.name}: look failed, next try in 30 s: ${String(error)}`);
    return undefined;
  }
}
