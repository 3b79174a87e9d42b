import { CustomResourceDefinition } from "../api/custom-resource-definition.js";
import type { KubeObject } from "../api/meta.js";
import type { CollectionRef, ObjectStore, StoreEvent } from "../storage/object-store.js";
import { customKind } from "./custom-kind.js";
import { DEFINITIONS } from "./custom-resource-definition.js";
import { definitionStatuses, isEstablished } from "./definition-status.js";
import type { Kind } from "./kind.js";

/** How long what is known of the stored definitions is taken for current: other processes write them too. */
const FRESH_MS = 2_000;

export interface ServedKindsOptions {
  readonly builtins: readonly Kind[];
  readonly store: ObjectStore;
  /** What writes to custom resources set in motion. */
  readonly setsInMotion?: Kind["setsInMotion"];
  /** Milliseconds; for the age of what is known. */
  readonly now?: () => number;
}

/** What is known of the definitions at one time. */
interface Known {
  readonly at: number;
  readonly kinds: Promise<readonly Kind[]>;
}

/**
 * The kinds that a server serves: built-in ones, and those that the stored CustomResourceDefinitions define. What
 * another process writes is seen after two seconds at the latest, what goes through `store` at once.
 */
export class ServedKinds {
  /** The store with the definitions' status in them. Definitions are to be written through it. */
  readonly store: ObjectStore;
  readonly #options: ServedKindsOptions;
  readonly #customKinds = new Map<string, Kind | undefined>();
  #known: Known | undefined;
  #last: readonly Kind[];
  #lastKey = "";

  constructor(options: ServedKindsOptions) {
    this.#options = options;
    this.#last = options.builtins;
    this.store = this.#withDefinitionStatus(options.store);
  }

  /** The same array as long as no definition changes. */
  kinds = (): Promise<readonly Kind[]> => {
    const now = (this.#options.now ?? Date.now)();
    if (this.#known && now - this.#known.at < FRESH_MS) return this.#known.kinds;
    const known: Known = { at: now, kinds: this.#read() };
    this.#known = known;
    // Whoever waits for it reports the error; the next caller reads again.
    known.kinds.catch(() => {
      if (this.#known === known) this.#known = undefined;
    });
    return known.kinds;
  };

  /** As `kinds` gave them last: for rules that cannot wait. */
  latest = (): readonly Kind[] => this.#last;

  async #read(): Promise<readonly Kind[]> {
    const { items } = await this.store.list(DEFINITIONS);
    const definitions = items.flatMap(read).filter(isEstablished);
    const keys = definitions.map(keyOf);
    const key = keys.join(" ");
    if (key === this.#lastKey) return this.#last;
    const custom = definitions.flatMap((definition) => this.#customKind(definition) ?? []);
    for (const known of this.#customKinds.keys()) {
      if (!keys.includes(known)) this.#customKinds.delete(known);
    }
    this.#last = [...this.#options.builtins, ...custom];
    this.#lastKey = key;
    return this.#last;
  }

  #customKind(definition: CustomResourceDefinition): Kind | undefined {
    const key = keyOf(definition);
    if (!this.#customKinds.has(key)) {
      const { setsInMotion } = this.#options;
      this.#customKinds.set(key, customKind(definition, setsInMotion ? { setsInMotion } : {}));
    }
    return this.#customKinds.get(key);
  }

  #withDefinitionStatus(inner: ObjectStore): ObjectStore {
    const complete = async (object: KubeObject): Promise<KubeObject> => {
      const { items } = await inner.list(DEFINITIONS);
      const others = items.filter(({ metadata }) => metadata.name !== object.metadata.name);
      return this.#completed([...others, object]).at(-1) ?? object;
    };
    const forget = <T>(written: T): T => {
      this.#known = undefined;
      return written;
    };
    return {
      async get(ref) {
        const object = await inner.get(ref);
        return object && isDefinition(ref) ? complete(object) : object;
      },
      list: async (collection) => {
        const list = await inner.list(collection);
        return isDefinition(collection) ? { ...list, items: this.#completed(list.items) } : list;
      },
      async create(ref, object) {
        if (!isDefinition(ref)) return inner.create(ref, object);
        return forget(await inner.create(ref, await complete(object)));
      },
      async update(ref, object) {
        if (!isDefinition(ref)) return inner.update(ref, object);
        return forget(await inner.update(ref, await complete(object)));
      },
      async remove(ref, resourceVersion) {
        const removed = await inner.remove(ref, resourceVersion);
        return isDefinition(ref) ? forget(removed) : removed;
      },
      async *watch(collection, from, signal): AsyncIterable<StoreEvent> {
        for await (const event of inner.watch(collection, from, signal)) {
          const isCurrent = isDefinition(collection) && event.type !== "Deleted";
          yield isCurrent ? { ...event, object: await complete(event.object) } : event;
        }
      },
    };
  }

  /** The same definitions with the status that they have beside each other. */
  #completed(objects: readonly KubeObject[]): readonly KubeObject[] {
    const statuses = definitionStatuses(objects.flatMap(read), this.#options.builtins);
    return objects.map((object) => {
      const status = statuses.get(object.metadata.name);
      return status ? { ...object, status } : object;
    });
  }
}

/** A definition that cannot be read was written by another version, and is not served. */
function read(object: KubeObject): readonly CustomResourceDefinition[] {
  const { data } = CustomResourceDefinition.safeParse(object);
  return data ? [data] : [];
}

function keyOf({ metadata }: CustomResourceDefinition): string {
  return `${metadata.uid}:${metadata.resourceVersion}`;
}

function isDefinition({ group, resource }: CollectionRef): boolean {
  return group === DEFINITIONS.group && resource === DEFINITIONS.resource;
}
