import type { KubeObject } from "../api/meta.js";
import type { StoreEvent } from "../storage/object-store.js";
import type { WatchEventType } from "./representation.js";

/**
 * Turns the changes of a collection into the events of a watch with a selector: an object that starts to match is
 * added, one that stops is deleted. It remembers what the client was told, for changes that come without their past.
 */
export class SelectedObjects {
  readonly #selects: ((object: KubeObject) => boolean) | undefined;
  readonly #told = new Map<string, boolean>();

  constructor(selects: ((object: KubeObject) => boolean) | undefined) {
    this.#selects = selects;
  }

  /** The event for the client, undefined when the change is none of its business. */
  take(
    change: StoreEvent,
  ): { readonly type: WatchEventType; readonly object: KubeObject } | undefined {
    const type = this.#selects ? this.#typeOf(change, this.#selects) : EVENT_TYPES[change.type];
    return type && { type, object: change.object };
  }

  #typeOf(
    change: StoreEvent,
    selects: (object: KubeObject) => boolean,
  ): WatchEventType | undefined {
    const { object } = change;
    const key = `${object.metadata.namespace ?? ""}/${object.metadata.name}`;
    const matches = selects(object);
    const matched = this.#matchedBefore(key, change, selects);
    if (change.type === "Deleted") {
      this.#told.delete(key);
      return matches || matched ? "DELETED" : undefined;
    }
    this.#told.set(key, matches);
    if (matches) return matched === false ? "ADDED" : EVENT_TYPES[change.type];
    // When nobody knows, one needless deletion is better than an object that never leaves the client's list.
    return matched === false ? undefined : "DELETED";
  }

  /** Undefined when nobody knows. */
  #matchedBefore(
    key: string,
    change: StoreEvent,
    selects: (object: KubeObject) => boolean,
  ): boolean | undefined {
    if (change.type === "Added") return this.#told.get(key) ?? false;
    const told = this.#told.get(key);
    if (told !== undefined || change.type === "Deleted") return told;
    return change.previous && selects(change.previous);
  }
}

const EVENT_TYPES = { Added: "ADDED", Modified: "MODIFIED", Deleted: "DELETED" } as const;
