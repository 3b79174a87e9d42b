import type { KubeObject } from "../api/meta.js";

/** One kind's objects: all of them, or those of one namespace. `group` is "" for core, `resource` the plural. */
export interface CollectionRef {
  readonly group: string;
  readonly resource: string;
  /** Absent: cluster-scoped objects, or the objects of every namespace. */
  readonly namespace?: string | undefined;
}

/** One object. `namespace` is absent for cluster-scoped kinds. */
export interface ObjectRef extends CollectionRef {
  readonly name: string;
}

export interface ObjectList {
  /** Ordered by namespace, then name (byte order). */
  readonly items: readonly KubeObject[];
  /** Watching from it misses no change made after this list was read. */
  readonly resourceVersion: string;
}

/** A change as a watch sees it. `object.metadata.resourceVersion` is the restart point after this event. */
export type StoreEvent =
  | { readonly type: "Added"; readonly object: KubeObject }
  | {
      readonly type: "Modified";
      readonly object: KubeObject;
      /** The state before, when it is known: selectors need it to tell what stopped matching. */
      readonly previous?: KubeObject | undefined;
    }
  /** `object` is the last state, carrying the resourceVersion of the deletion. */
  | { readonly type: "Deleted"; readonly object: KubeObject };

export type StoreErrorKind = "NotFound" | "AlreadyExists" | "Conflict" | "Expired" | "TooLarge";

/** What a store refuses. Everything else it throws is a failure of the storage itself. */
export class StoreError extends Error {
  readonly kind: StoreErrorKind;

  constructor(kind: StoreErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "StoreError";
    this.kind = kind;
  }
}

export function isStoreError(error: unknown, kind: StoreErrorKind): error is StoreError {
  return error instanceof StoreError && error.kind === kind;
}

/**
 * Objects with optimistic concurrency: the port between the API surface, the activities and whatever holds the data.
 *
 * The store owns `metadata.resourceVersion` (opaque, compared for equality only) and nothing else of an object:
 * uid, generation and times are the caller's. Writing what is already stored is the caller's to avoid.
 */
export interface ObjectStore {
  get(ref: ObjectRef): Promise<KubeObject | undefined>;
  list(collection: CollectionRef): Promise<ObjectList>;
  /** @throws StoreError AlreadyExists */
  create(ref: ObjectRef, object: KubeObject): Promise<KubeObject>;
  /** Replaces the object whose resourceVersion is `object.metadata.resourceVersion`. @throws StoreError Conflict, NotFound */
  update(ref: ObjectRef, object: KubeObject): Promise<KubeObject>;
  /** Removes the object at that resourceVersion; answers its last state with the deletion's resourceVersion. @throws StoreError Conflict, NotFound */
  remove(ref: ObjectRef, resourceVersion: string): Promise<KubeObject>;
  /**
   * Changes after `from`, without end until `signal` aborts (then it returns, it does not throw).
   * With `from` undefined or "0" it starts with an `Added` for each object there is.
   * @throws StoreError Expired when `from` is too old to tell what happened since, or no resourceVersion at all
   */
  watch(
    collection: CollectionRef,
    from: string | undefined,
    signal: AbortSignal,
  ): AsyncIterable<StoreEvent>;
}
