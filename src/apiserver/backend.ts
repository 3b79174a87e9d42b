import type { UserInfo, Wake } from "../registry/kind.js";
import type { ObjectStore } from "../storage/object-store.js";
import type { Audit } from "./audit/audit.js";
import type { Authorize } from "./authorization.js";
import type { Catalog } from "./catalog.js";

/** Tells the orchestrations that they have to look again. */
export interface Motion {
  /** Before the write: leaves a note that survives a crash between the write and the delivery. */
  mark(wakes: readonly Wake[]): Promise<void>;
  /** After the write: delivers. May be lost; the note is not. */
  wake(wakes: readonly Wake[]): Promise<void>;
}

/** What the surroundings know of one request. */
export interface RequestContext {
  readonly user: UserInfo;
  /** Aborts when the client is gone. */
  readonly signal: AbortSignal;
  readonly motion: Motion;
  /** Trace id under which the surroundings log this request. */
  readonly operationId?: string | undefined;
}

/** What all requests to one server share. */
export interface Backend {
  readonly catalog: Catalog;
  readonly store: ObjectStore;
  readonly authorize: Authorize;
  /** Absent: requests are not recorded. */
  readonly audit?: Audit | undefined;
  readonly now: () => Date;
  readonly newUid: () => string;
  readonly watchSeconds: number;
  readonly maxBodyBytes: number;
  /** Hears of errors that are nobody's answer: of work after the answer, and of the server's own faults. */
  readonly report: (error: unknown) => void;
}
