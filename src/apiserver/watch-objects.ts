import type { KubeObject } from "../api/meta.js";
import type { Call } from "./call.js";
import { holdsContents } from "./catalog.js";
import { finishDeletion } from "./delete-with-contents.js";
import type { ListOptions } from "./list-options.js";
import { isTerminating } from "./namespaces.js";
import type { WatchEventType } from "./representation.js";
import { SelectedObjects } from "./selected-objects.js";
import { labelOf, refOf } from "./writer.js";

/** One thing a watch tells. */
export type WatchEvent =
  | { readonly type: WatchEventType; readonly object: KubeObject }
  | {
      readonly type: "BOOKMARK";
      readonly resourceVersion: string;
      readonly initialEventsEnd: boolean;
    };

/** How often a watcher tries to finish the deletions of objects with contents. */
const TERMINATING_CHECK_MS = 1_000;

/**
 * The events of a watch until `signal` aborts: first what is there (unless a resourceVersion says that the client knows
 * it), then every change. A bookmark ends the first part for clients that asked for it, and another one the whole.
 *
 * @throws StoreError Expired
 */
export async function* watchObjects(
  call: Call,
  options: ListOptions,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent> {
  const { store } = call.backend;
  const collection = { ...labelOf(call.kind), namespace: call.path.namespace };
  const selected = new SelectedObjects(options.selects);
  const deletions = holdsContents(call.kind) ? new TerminatingObjects(call, signal) : undefined;
  await deletions?.lookAtAll();
  let from = options.resourceVersion;
  if (from === undefined || from === "0" || options.sendInitialEvents) {
    const list = await store.list(collection);
    from = list.resourceVersion;
    for (const object of list.items) {
      const event = selected.take({ type: "Added", object });
      if (event) yield event;
    }
    if (options.sendInitialEvents) {
      yield { type: "BOOKMARK", resourceVersion: from, initialEventsEnd: true };
    }
  }
  for await (const change of store.watch(collection, from, signal)) {
    from = change.object.metadata.resourceVersion ?? from;
    deletions?.look(change.object);
    const event = selected.take(change);
    if (event) yield event;
  }
  if (options.allowWatchBookmarks) {
    yield { type: "BOOKMARK", resourceVersion: from, initialEventsEnd: false };
  }
}

/** Finishes the deletions of objects with contents that a watcher waits for: contents with finalizers go without a write here. */
class TerminatingObjects {
  readonly #call: Call;
  readonly #names = new Set<string>();
  readonly #signal: AbortSignal;
  #timer: NodeJS.Timeout | undefined;

  constructor(call: Call, signal: AbortSignal) {
    this.#call = call;
    this.#signal = signal;
    signal.addEventListener("abort", () => clearTimeout(this.#timer), { once: true });
  }

  /** What is being deleted already causes no event until somebody finishes it. */
  async lookAtAll(): Promise<void> {
    const { items } = await this.#call.backend.store.list(labelOf(this.#call.kind));
    for (const object of items) this.look(object);
  }

  look(object: KubeObject): void {
    if (!isTerminating(object)) return;
    this.#names.add(object.metadata.name);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#timer || this.#names.size === 0 || this.#signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#finishAll()
        .catch(this.#call.backend.report)
        .finally(() => {
          this.#timer = undefined;
          this.#schedule();
        });
    }, TERMINATING_CHECK_MS);
  }

  async #finishAll(): Promise<void> {
    for (const name of this.#names) {
      const { backend, kind } = this.#call;
      const object = await backend.store.get(refOf(kind, name, undefined));
      const left =
        object && isTerminating(object) && (await finishDeletion(this.#call, kind, object));
      if (!left) this.#names.delete(name);
    }
  }
}
