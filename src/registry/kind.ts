import type { ScalePaths } from "../api/custom-resource-definition.js";
import type { KubeObject } from "../api/meta.js";
import type { StatusCause } from "../api/status-error.js";
import type { CollectionRef, ObjectStore } from "../storage/object-store.js";
import type { Schema } from "./schema.js";

/** Who makes the request. Source: authentication.k8s.io/v1 `UserInfo`. */
export interface UserInfo {
  readonly username: string;
  /** What stays the same when the name changes; absent for the one user of local development. */
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** A Durable instance that has to look again because something changed. */
export interface Wake {
  readonly orchestration:
    | "updateRun"
    | "syncPlacement"
    | "deletePlacement"
    | "syncOverride"
    | "syncMember"
    | "discoverMembers";
  /** The object's uid: waking twice is harmless. What takes it down has the suffix `-delete`. */
  readonly instanceId: string;
  /** Input for the instance if it has to be started. */
  readonly input: {
    readonly kind: string;
    readonly namespace?: string | undefined;
    readonly name: string;
    readonly uid: string;
  };
  /**
   * `progress`: nothing has changed but how far clusters are, which a placement looks at with less effort. `look`: a
   * placement's whole look has begun.
   */
  readonly mark?: "progress" | "look" | undefined;
  /** The lanes of the run look as well, instead of sleeping until their clusters' next try. */
  readonly lanes?: true;
}

/** A write that is about to happen. `before` is absent on create, `after` on removal. */
export interface Change {
  readonly before?: KubeObject | undefined;
  readonly after?: KubeObject | undefined;
}

/** With what, and from where, a request is made: as far as the request says so. */
export interface ClientInfo {
  readonly userAgent?: string;
  /** Address that the last proxy saw; absent without a proxy. */
  readonly address?: string;
}

export interface WriteContext {
  readonly now: Date;
  readonly user: UserInfo;
  readonly client?: ClientInfo;
}

/** A printer column after Name. `value` returns the cell: string, number, boolean, or null for blank. */
export interface Column {
  readonly name: string;
  readonly type: "string" | "integer" | "number" | "date" | "boolean";
  /** 0 is always printed, 1 only with `-o wide`. */
  readonly priority: 0 | 1;
  readonly description?: string;
  /** Where a CustomResourceDefinition finds the value; only our own kinds have it. */
  readonly jsonPath?: string;
  value(object: KubeObject, now: Date): string | number | boolean | null;
}

/** `POST …/{name}/{action}`: a small verb for people without kubectl. Idempotent. */
export interface Action {
  readonly name: string;
  /** One sentence for OpenAPI. */
  readonly description?: string;
  /** What the body may be, for OpenAPI. Absent: it has none. */
  readonly body?: Schema;
  /** Which half of the object it writes; the other half is kept. */
  readonly target: "spec" | "status";
  /** The object as it should be. `body` is the parsed JSON or YAML body, undefined when there was none. @throws StatusError */
  apply(object: KubeObject, body: unknown, context: WriteContext): KubeObject;
  /**
   * Makes an object of another kind of the same group, once the object itself is written. The answer is then that
   * object instead, and whoever follows the first one looks again.
   *
   * @param dryRun nothing is to be stored
   * @throws StatusError
   */
  make?(object: KubeObject, body: unknown, dryRun: boolean): Promise<MadeObject>;
}

/** The object an action has made, or the one that was there already. */
export interface MadeObject {
  readonly object: KubeObject;
  readonly created: boolean;
}

/** `GET …/{name}/{view}`: an object told in another way, for people and scripts without kubectl. */
export interface ObjectView {
  readonly name: string;
  /** One sentence for OpenAPI. */
  readonly description: string;
  /** Of what `show` answers. */
  readonly schema: Schema;
  /** For JSON and YAML. */
  show(object: KubeObject): object;
  /** For plain text: some lines, without the last line's end. */
  text(object: KubeObject): string;
  /** For plain text while watching: one line per change. */
  line(object: KubeObject): string;
  /** Whether nothing will change any more: a watch ends then. */
  isFinal(object: KubeObject): boolean;
}

/**
 * Everything the API surface needs to know of one kind. One file per kind in this room; the surface itself is generic.
 * All functions are pure, except those that receive the store.
 */
export interface Kind {
  /** "" for core. */
  readonly group: string;
  /** First is preferred and, without `storageVersion`, the one stored. */
  readonly versions: readonly string[];
  /** The version of stored objects where it is not the preferred one; it need not be served. */
  readonly storageVersion?: string;
  /** The kind as one of its versions shows it, where versions differ in schema, columns or subresources. */
  inVersion?(version: string): Kind;
  /**
   * The object as another version of the kind writes it, losing nothing on the way there and back. Absent: all versions
   * have one shape, and only `apiVersion` changes.
   */
  convert?(object: KubeObject, apiVersion: string): KubeObject;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  /** `all`, `fleet`, … */
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  /**
   * Built-in kinds take strategic merge patches and answer wrong types with 400, as a real server does; the others
   * behave like custom resources: no strategic merge, wrong types are 422.
   */
  readonly builtin: boolean;
  readonly subresources: {
    /** Writes to the main path keep `status`, writes to `/status` change only `status`. */
    readonly status: boolean;
    readonly scale: boolean;
  };
  /** Where scale finds its numbers; `.spec.replicas` and `.status.replicas` when absent. */
  readonly scalePaths?: ScalePaths;
  /** Whether `metadata.generation` exists and counts changes outside metadata and status. */
  readonly generation: boolean;
  /** Fields that selectors may name besides the metadata, such as `spec.colour`. */
  readonly selectableFields?: readonly string[];
  readonly columns: readonly Column[];
  /** The columns say the name themselves, where it matters little; otherwise it goes before them. */
  readonly ownNameColumn?: boolean;
  /** What the name column says where it is more than the name. */
  nameText?(object: KubeObject): string;
  /** Only get, list and watch are served. */
  readonly readOnly?: boolean;
  /** Fields, types, merge keys and descriptions: drives pruning, strict validation, patches, OpenAPI, protobuf. */
  readonly schema: Schema;
  /** The object without the contents of Secrets in it: for callers who may not read Secrets in its place. */
  conceal?(object: KubeObject): KubeObject;
  /** Fills defaults (create, update and patch alike). Runs after pruning and type checks. */
  applyDefaults?(object: KubeObject): KubeObject;
  /** The object as answers show it, with structs in which nothing is; stored and placed without them. */
  asWritten?(object: KubeObject): KubeObject;
  /** Server-owned parts on create: finalizers, first status. */
  prepareForCreate?(object: KubeObject, context: WriteContext): KubeObject;
  /** The same on update through the main path. */
  prepareForUpdate?(object: KubeObject, before: KubeObject, context: WriteContext): KubeObject;
  /** The same on a write to `/status`: keeps conditions that the server owns. */
  prepareForStatusUpdate?(
    object: KubeObject,
    before: KubeObject,
    context: WriteContext,
  ): KubeObject;
  /** What is wrong with the object beyond its schema; empty is valid. `before` is set on updates. */
  validate?(object: KubeObject, before?: KubeObject): readonly StatusCause[];
  /** What is wrong with a valid object because of other objects, which may have changed a moment later. */
  validateAmongOthers?(object: KubeObject, store: ObjectStore): Promise<readonly StatusCause[]>;
  /** As `validate`, for writes to `/status`. */
  validateStatus?(object: KubeObject, before: KubeObject): readonly StatusCause[];
  /**
   * What is wrong by rules that need an engine of their own, which is loaded by the first that asks. Asked when nothing
   * else is wrong, on every write.
   */
  validateRules?(object: KubeObject, before?: KubeObject): Promise<readonly StatusCause[]>;
  /** What every answer warns of, where this version is deprecated. */
  readonly deprecation?: string;
  /** Texts for `Warning` headers. */
  warnings?(object: KubeObject): readonly string[] | Promise<readonly string[]>;
  /** The same for an update, which is fine and perhaps not what was meant. */
  updateWarnings?(sent: KubeObject, before: KubeObject, half: "main" | "status"): readonly string[];
  /** The name an older spelling stands for, when no object has that exact name. */
  resolveName?(
    name: string,
    namespace: string | undefined,
    store: ObjectStore,
  ): Promise<string | undefined>;
  readonly actions?: readonly Action[];
  readonly views?: readonly ObjectView[];
  /** What a write to this kind makes look again; computed before the write, delivered after it. */
  setsInMotion?(change: Change, store: ObjectStore): Promise<readonly Wake[]>;
  /** What goes before an object of this kind goes; `finalizer` keeps the object until then. */
  readonly holds?: {
    readonly finalizer: string;
    collection(object: KubeObject): CollectionRef;
  };
  /** Refuses a write to `/status` outright (403), with the text: `object` is what it would store. */
  refusesStatusUpdate?(
    object: KubeObject,
    before: KubeObject,
    context: WriteContext,
    store: ObjectStore,
  ): Promise<string | undefined>;
  /** Refuses deletion outright (403), with the text. */
  refusesDeletion?(object: KubeObject): string | undefined;
}
