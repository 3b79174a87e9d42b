import type { OrchestrationContext, OrchestrationHandler, Task } from "durable-functions";
import {
  Activity,
  AdvanceRunResult,
  type CheckStageInput,
  type LaneInput,
  Orchestration,
  TargetRef,
} from "../activities/contracts.js";
import { complain } from "./complain.js";
import { pause, RETRY, waitForWake } from "./wait.js";

/** Steps per execution: keeps the history, which is replayed at every step, short. */
const STEPS = 40;

/**
 * Durable shell of one update run. Its instance id is the run's uid. Everything it knows is in storage: it may be
 * cut and started again at any step.
 */
export const updateRun: OrchestrationHandler = function* (context: OrchestrationContext) {
  const run = TargetRef.parse(context.df.getInput());
  for (let step = 0; step < STEPS; step += 1) {
    const next = yield* advance(context, run);
    if (!next) {
      yield* pause(context, 30);
      continue;
    }
    switch (next.kind) {
      case "Finished":
        return;
      case "Wait":
        yield* waitForWake(context, next.until);
        break;
      case "UpdateClusters":
      case "RemoveClusters":
        yield* runLanes(context, run, next);
        break;
      case "CheckStage":
        yield* checkStage(context, { run, stage: next.stage, at: next.at });
        break;
    }
  }
  context.df.continueAsNew(run);
};

/** Undefined when the activity failed for longer than its retries: a defect or an outage, tried again later. */
function* advance(
  context: OrchestrationContext,
  run: TargetRef,
): Generator<Task, AdvanceRunResult | undefined, unknown> {
  try {
    return AdvanceRunResult.parse(
      yield context.df.callActivityWithRetry(Activity.advanceRun, RETRY, run),
    );
  } catch (error) {
    complain(
      context,
      `update run ${run.name}: advanceRun failed, next try in 30 s: ${String(error)}`,
    );
    return undefined;
  }
}

/** A look that cannot be taken is taken up later: nothing goes on without it. */
function* checkStage(
  context: OrchestrationContext,
  input: CheckStageInput,
): Generator<Task, void, unknown> {
  try {
    yield context.df.callActivityWithRetry(Activity.checkStage, RETRY, input);
  } catch (error) {
    complain(
      context,
      `update run ${input.run.name}: checkStage failed, next try in 30 s: ${String(error)}`,
    );
    yield* pause(context, 30);
  }
}

function* runLanes(
  context: OrchestrationContext,
  run: TargetRef,
  next: Extract<AdvanceRunResult, { readonly kind: "UpdateClusters" | "RemoveClusters" }>,
): Generator<Task, void, unknown> {
  const { slots = next.lanes } = next;
  const firstSlot = (lane: number) => Math.floor((lane * slots) / next.lanes);
  const lanes = Array.from({ length: next.lanes }, (_, lane): Task => {
    const input: LaneInput = {
      run,
      stage: next.stage,
      lane: firstSlot(lane),
      slots: firstSlot(lane + 1) - firstSlot(lane),
      round: next.round,
      inFlightOnly: next.inFlightOnly,
      work: next.kind === "UpdateClusters" ? "Update" : "Remove",
    };
    return context.df.callSubOrchestrator(Orchestration.updateLane, input);
  });
  yield context.df.Task.all(lanes);
}
