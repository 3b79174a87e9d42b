import type { InvocationContext } from "@azure/functions";
import type { DurableClient } from "durable-functions";
import { type LaneInput, WAKE_EVENT } from "../activities/contracts.js";
import type { Dependencies, Waker } from "../activities/dependencies.js";
import { makeSleepingLanes } from "../activities/sleeping-lanes.js";
import type { Motion } from "../apiserver/api-server.js";
import type { Wake } from "../registry/kind.js";
import { durableMotion } from "./durable-waker.js";

/**
 * An activity of a lane that knows its lane, so that what it records says whom to wake.
 * Source: activity triggers, binding data `instanceId`.
 */
export function ofLane(work: (input: LaneInput, waker: Waker) => Promise<unknown>) {
  return (input: LaneInput, waker: Waker, { triggerMetadata }: InvocationContext) => {
    const { instanceId } = triggerMetadata ?? {};
    return work(typeof instanceId === "string" ? { ...input, instanceId } : input, waker);
  };
}

/**
 * Delivers the wakes of one request, and makes the lanes of a run look as well where one asks for that. They are woken
 * without a mark: a lane that does not hear of it looks when its cluster's next try is due.
 */
export function requestMotion(
  client: DurableClient,
  deps: Pick<Dependencies, "wakeups" | "clusters">,
  report: (message: string) => void,
): Motion {
  const motion = durableMotion(client, deps.wakeups, report);
  const sleepingLanes = makeSleepingLanes(deps);

  async function wakeLanes({ kind, name, uid }: Wake["input"]): Promise<void> {
    const lanes = await sleepingLanes(uid);
    const raised = lanes.map((lane) => client.raiseEvent(lane, WAKE_EVENT, {}));
    for (const [index, result] of (await Promise.allSettled(raised)).entries()) {
      if (result.status === "fulfilled") continue;
      const lane = `lane ${lanes[index]} of ${kind} ${name}`;
      report(`waking ${lane} failed, it looks at its next try: ${String(result.reason)}`);
    }
  }
  return {
    mark: (wakes) => motion.mark(wakes),
    async wake(wakes) {
      await motion.wake(wakes);
      for (const { lanes, input } of wakes) if (lanes) await wakeLanes(input);
    },
  };
}
