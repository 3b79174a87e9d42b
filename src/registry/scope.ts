import type { Kind } from "./kind.js";

/** Placement kinds come in twins of the same shape, one for each scope. */
export type Scope = "Cluster" | "Namespaced";

export type KindNames = Pick<Kind, "kind" | "plural" | "singular" | "shortNames">;

export type TwinNames = Readonly<Record<Scope, KindNames>>;

export interface ScopeOptions {
  readonly scope: Scope;
}
