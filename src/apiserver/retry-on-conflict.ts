import { setTimeout as delay } from "node:timers/promises";
import type { Kind } from "../registry/kind.js";
import { isStoreError } from "../storage/object-store.js";
import type { ResourcePath } from "./request-path.js";

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

/** By object: the last of those that write it again, one after the other. */
const turns = new Map<string, Promise<unknown>>();

/**
 * The same for writes that many clients may make at once: those that lost a race once wait for each other, so that a
 * hundred of them come to an end. Must not be nested for one object.
 */
export async function retryInTurn<T>(
  { kind, path }: { readonly kind: Kind; readonly path: ResourcePath },
  attempt: () => Promise<T>,
): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (!isStoreError(error, "Conflict")) throw error;
  }
  const key = [kind.group, kind.plural, path.namespace, path.name].join("/");
  const again = () => retryOnConflict(attempt);
  const turn = (turns.get(key) ?? Promise.resolve()).then(again, again);
  turns.set(key, turn);
  try {
    return await turn;
  } finally {
    if (turns.get(key) === turn) turns.delete(key);
  }
}
