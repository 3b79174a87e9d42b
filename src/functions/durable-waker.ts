import type { DurableClient } from "durable-functions";
import { OrchestrationRuntimeStatus } from "durable-functions";
import { WAKE_EVENT } from "../activities/contracts.js";
import type { Waker } from "../activities/dependencies.js";
import type { Motion } from "../apiserver/api-server.js";
import type { Wake } from "../registry/kind.js";
import type { SharedCalls } from "../storage/shared-calls.js";
import { markOf, type Wakeups } from "../storage/wakeups.js";

const LIVE: readonly OrchestrationRuntimeStatus[] = [
  OrchestrationRuntimeStatus.Running,
  OrchestrationRuntimeStatus.Pending,
  OrchestrationRuntimeStatus.ContinuedAsNew,
  OrchestrationRuntimeStatus.Suspended,
];

/** Starts the instance, or raises its wake event when it lives already. Doing it twice is harmless. */
export async function startOrWake(client: DurableClient, wake: Wake): Promise<void> {
  if (!(await isLive(client, wake.instanceId))) {
    try {
      await client.startNew(wake.orchestration, { instanceId: wake.instanceId, input: wake.input });
      return;
    } catch (error) {
      // Somebody else started it in between: then it lives, and the event reaches it.
      if (!(await isLive(client, wake.instanceId))) throw error;
    }
  }
  await client.raiseEvent(wake.instanceId, WAKE_EVENT, {});
}

async function isLive(client: DurableClient, instanceId: string): Promise<boolean> {
  try {
    const status = await client.getStatus(instanceId);
    return LIVE.includes(status.runtimeStatus);
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

/** The client rejects with the text of the 404 answer and no code. */
function isNotFound(error: unknown): boolean {
  return error instanceof Error && /\b404\b|not found/i.test(error.message);
}

/**
 * Delivers the wakes of one request: marked before the write, sent after it. A wake that was pending already is sent
 * only if its instance has begun to look in the meantime. A failure to send is reported, not thrown: the mark stays,
 * and the sweep sends it again.
 */
export function durableMotion(
  client: DurableClient,
  wakeups: Wakeups,
  report: (message: string) => void,
): Motion {
  const added = new Set<string>();
  return {
    async mark(wakes) {
      for (const id of await wakeups.mark(wakes)) added.add(id);
    },
    async wake(wakes) {
      for (const wake of wakes) {
        try {
          const mark = markOf(wake);
          const seen = added.has(mark) || !(await wakeups.isPending(mark));
          if (seen) await startOrWake(client, wake);
        } catch (error) {
          report(
            `waking ${wake.orchestration} ${wake.instanceId} failed, the sweep repeats it: ${String(error)}`,
          );
        }
      }
    },
  };
}

/**
 * The same for an activity that has just written something itself.
 *
 * @param calls shared by all activities of the process: those that wake one instance at the same time do it once
 */
export function durableWaker(
  client: DurableClient,
  wakeups: Wakeups,
  calls: SharedCalls,
  report: (message: string) => void,
): Waker {
  async function wakeOne(wake: Wake): Promise<void> {
    // What is pending is looked at after this call, with whatever was written before it.
    if (await wakeups.isPending(markOf(wake))) return;
    const motion = durableMotion(client, wakeups, report);
    await motion.mark([wake]);
    await motion.wake([wake]);
  }
  return {
    async wake(wakes) {
      await Promise.all(wakes.map((wake) => calls.call(markOf(wake), () => wakeOne(wake))));
    },
  };
}
