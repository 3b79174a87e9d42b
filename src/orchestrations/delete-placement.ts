import type { OrchestrationContext, OrchestrationHandler, Task } from "durable-functions";
import {
  Activity,
  PlacedMembers,
  RemovePlacementResult,
  TargetRef,
} from "../activities/contracts.js";
import { complain } from "./complain.js";
import { pause, RETRY } from "./wait.js";

/** Members worked on at once. */
const WAVE = 50;

/** Seconds before members that could not be cleared are tried again: grows, since a person may have to act. */
const PAUSES = [2, 5, 15, 30, 60];

/** Takes a deleted placement's objects off its members, then lets the placement go. */
export const deletePlacement: OrchestrationHandler = function* (context: OrchestrationContext) {
  const placement = TargetRef.parse(context.df.getInput());
  for (const seconds of PAUSES) {
    if (yield* removeEverywhere(context, placement)) return;
    yield* pause(context, seconds);
  }
  context.df.continueAsNew(placement);
};

/** True when nothing is left and the placement's finalizers are gone. */
function* removeEverywhere(
  context: OrchestrationContext,
  placement: TargetRef,
): Generator<Task, boolean, unknown> {
  try {
    const { members } = PlacedMembers.parse(
      yield context.df.callActivityWithRetry(Activity.listPlacedMembers, RETRY, placement),
    );
    let left = 0;
    for (let start = 0; start < members.length; start += WAVE) {
      left += yield* removeWave(context, placement, members.slice(start, start + WAVE));
    }
    if (left > 0) return false;
    yield context.df.callActivityWithRetry(Activity.finishPlacementDeletion, RETRY, placement);
    return true;
  } catch (error) {
    complain(
      context,
      `placement ${placement.name}: deletion failed, tried again: ${String(error)}`,
    );
    return false;
  }
}

function* removeWave(
  context: OrchestrationContext,
  placement: TargetRef,
  members: readonly string[],
): Generator<Task, number, unknown> {
  const results = yield context.df.Task.all(
    members.map((member) =>
      context.df.callActivity(Activity.removePlacement, { placement, member }),
    ),
  );
  return RemovePlacementResult.array()
    .parse(results)
    .filter((result) => result.kind === "Pending").length;
}
