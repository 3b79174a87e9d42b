import { setTimeout as delay } from "node:timers/promises";
import { isStoreError } from "../storage/object-store.js";

/** Enough for dozens of clients that write one object at once; each try is a read and a write. */
const TRIES = 30;
const MAX_DELAY_MS = 100;

/**
 * Reads, changes and writes again when somebody else wrote in between: writes that name no resourceVersion must not
 * show the storage's own concurrency to the client.
 *
 * @throws StoreError Conflict when it still happens after the last try
 */
export async function retryOnConflict<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!isStoreError(error, "Conflict") || tried === TRIES) throw error;
    }
    await delay(Math.random() * Math.min(MAX_DELAY_MS, 5 * tried));
  }
}
