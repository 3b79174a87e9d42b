import {
  type CollectionRef,
  isStoreError,
  type ObjectStore,
  type StoreEvent,
} from "../../src/storage/object-store.js";

/**
 * Everything there is in a collection, then each change of it, until `signal` aborts. When the store's log no longer
 * reaches back to the last change seen, it starts over with everything there is.
 */
export async function* storeChanges(
  store: ObjectStore,
  collection: CollectionRef,
  signal: AbortSignal,
): AsyncGenerator<StoreEvent> {
  while (!signal.aborted) {
    try {
      yield* store.watch(collection, undefined, signal);
    } catch (error) {
      if (!isStoreError(error, "Expired")) throw error;
    }
  }
}
