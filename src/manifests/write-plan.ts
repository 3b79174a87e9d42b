import type { KubeObject } from "../api/meta.js";
import type { ApplyStrategyOptions } from "./apply-strategy.js";
import { isManagedByUsAlone, isServerSideApplied } from "./field-managers.js";
import { keepsLastApplied, lastApplied } from "./last-applied.js";
import type { PatchSchema } from "./patch-schema.js";
import { threeWayPatch } from "./three-way-patch.js";

/** How an object is written to a member. */
export type Write =
  | { readonly kind: "Create" }
  | { readonly kind: "ServerSideApply"; readonly force: boolean }
  | {
      readonly kind: "Patch";
      readonly patch: Readonly<Record<string, unknown>>;
      /** Otherwise it is a JSON merge patch. */
      readonly strategic: boolean;
    };

/** Nothing: the object is as it should be. */
export type WritePlan = Write | { readonly kind: "Nothing" };

export interface WritePlanInput {
  /** The manifest with our annotations. */
  readonly desired: KubeObject;
  /** What is on the member; undefined when nothing is, or nobody has looked. */
  readonly live: KubeObject | undefined;
  readonly strategy: Pick<ApplyStrategyOptions, "type" | "serverSideApplyConfig">;
  /** Undefined for kinds that strategic merge patch is not known of. */
  readonly schema: PatchSchema | undefined;
  /** Whether the kind comes with Kubernetes. */
  readonly builtIn: boolean;
}

/**
 * How to bring an object on a member to what its manifest says. Client-side apply creates what is missing and patches
 * what is there by what was applied last.
 *
 * Client-side apply takes to server-side apply where it cannot do without:
 * - The manifest is too large to be kept. Then, as in KubeFleet, conflicts with others are not forced.
 * - A built-in kind whose lists' merge keys are not known here: a merge patch would replace the lists.
 * - The object was server-side applied before: only the server knows which fields are to go.
 *
 * Source: KubeFleet work applier, `workapplier/apply.go`.
 */
export function planWrite(input: WritePlanInput): WritePlan {
  const { desired, live, strategy, schema, builtIn } = input;
  const alone = live !== undefined && isManagedByUsAlone(live);
  if (strategy.type === "ServerSideApply") {
    const force = strategy.serverSideApplyConfig?.force ?? false;
    return { kind: "ServerSideApply", force: force || alone };
  }
  if (builtIn && !schema) return { kind: "ServerSideApply", force: true };
  if (!keepsLastApplied(desired)) return { kind: "ServerSideApply", force: alone };
  if (!live) return { kind: "Create" };
  const original = lastApplied(live);
  if (!original && isServerSideApplied(live)) return { kind: "ServerSideApply", force: true };
  const patch = threeWayPatch({ original, modified: desired, live }, schema);
  if (Object.keys(patch).length === 0) return { kind: "Nothing" };
  return { kind: "Patch", patch, strategic: schema !== undefined };
}
