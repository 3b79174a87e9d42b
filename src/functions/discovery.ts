import type { DurableClient } from "durable-functions";
import { ensureDiscovery } from "../activities/member-discovery.js";
import type { Maker } from "../activities/server-objects.js";
import { startOrWake } from "./durable-waker.js";

/** With the start of a process: a fleet that was not looked for until now is looked for at once. */
export async function prepareDiscovery(
  client: DurableClient,
  maker: Maker,
  fleet: string,
): Promise<void> {
  const { look, isNews } = await ensureDiscovery(maker, fleet);
  if (isNews) await startOrWake(client, look);
}

/** Whenever the timer says so. */
export async function discoverAgain(
  client: DurableClient,
  maker: Maker,
  fleet: string,
): Promise<void> {
  const { look } = await ensureDiscovery(maker, fleet);
  await startOrWake(client, look);
}
