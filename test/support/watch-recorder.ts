import { expect, vi } from "vitest";
import type { CollectionRef, ObjectStore, StoreEvent } from "../../src/storage/object-store.js";

const WITHIN_MS = 5000;

/** A watch and everything it told, running from its construction until it is stopped. */
export class WatchRecorder {
  readonly events: StoreEvent[] = [];
  /** What ended the watch before it was stopped. */
  failure: unknown;
  readonly #abort = new AbortController();
  readonly #ended: Promise<void>;

  constructor(store: ObjectStore, collection: CollectionRef, from?: string) {
    this.#ended = this.#record(store.watch(collection, from, this.#abort.signal));
  }

  /** As in `Modified team/web`. */
  get told(): readonly string[] {
    return this.events.map(({ type, object }) => {
      const { namespace = "", name } = object.metadata;
      return `${type} ${namespace}/${name}`;
    });
  }

  /** Waits until exactly this has been told. */
  async until(told: readonly string[]): Promise<void> {
    await vi.waitFor(() => expect(this.told).toEqual(told), { timeout: WITHIN_MS, interval: 5 });
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#ended;
  }

  async #record(events: AsyncIterable<StoreEvent>): Promise<void> {
    try {
      for await (const event of events) this.events.push(event);
    } catch (error) {
      this.failure = error;
    }
  }
}
