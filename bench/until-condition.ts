import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { HubClient } from "../local/hub-client.js";
import type { KubeObject } from "../src/api/meta.js";

/** Looking costs the app time too: that of a large run's hundred rows shows when it is asked ten times a second. */
const POLL_MS = 250;

const Conditions = z.looseObject({
  conditions: z.array(z.looseObject({ type: z.string(), status: z.string() })),
});

/** Waits until an object has the condition. @throws Error with its conditions when that takes too long */
export async function untilCondition(
  hub: HubClient,
  path: string,
  wanted: { readonly type: string; readonly status: "True" | "False" },
  withinMs: number,
  lookMs = POLL_MS,
): Promise<KubeObject> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const object = await hub.get(path);
    const conditions = Conditions.safeParse(object.status).data?.conditions ?? [];
    if (conditions.some(({ type, status }) => type === wanted.type && status === wanted.status)) {
      return object;
    }
    if (Date.now() > deadline) {
      const found = JSON.stringify(conditions);
      throw new Error(`${path} is not ${wanted.type}=${wanted.status} in time: ${found}`);
    }
    await delay(lookMs);
  }
}
