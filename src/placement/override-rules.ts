import { applyJsonPatch, type JsonPatchOperation } from "../api/json-patch.js";
import { KubeObject } from "../api/meta.js";
import type { JsonPatchOverride, OverrideRule } from "../api/override.js";
import { matchesSelector } from "./label-selector.js";
import { type OverrideCluster, valueFor } from "./override-values.js";

export type OverrideOutcome =
  | { readonly ok: true; readonly manifest: KubeObject }
  /** The object is not to be on the cluster. */
  | { readonly ok: true; readonly manifest: undefined }
  | { readonly ok: false; readonly why: string };

/**
 * Whether a rule is for a cluster: without a selector for none, without terms for all.
 * Source: KubeFleet `overrider.IsClusterMatched`.
 */
export function isForCluster(
  { clusterSelector }: OverrideRule,
  { labels }: Pick<OverrideCluster, "labels">,
): boolean {
  if (!clusterSelector) return false;
  const { clusterSelectorTerms } = clusterSelector;
  return (
    clusterSelectorTerms.length === 0 ||
    clusterSelectorTerms.some(({ labelSelector }) => matchesSelector(labelSelector ?? {}, labels))
  );
}

/**
 * A manifest after the rules that are for the cluster, one after the other, as far as the first that deletes it.
 * Source: KubeFleet `workgenerator/override.go`.
 */
export function applyRules(
  rules: readonly OverrideRule[],
  manifest: KubeObject,
  cluster: OverrideCluster,
): OverrideOutcome {
  let current = manifest;
  for (const [index, rule] of rules.entries()) {
    if (!isForCluster(rule, cluster)) continue;
    if (rule.overrideType === "Delete") return { ok: true, manifest: undefined };
    const patched = patch(rule.jsonPatchOverrides ?? [], current, cluster);
    if (!patched.ok) return { ok: false, why: `rule ${index + 1}, ${patched.why}` };
    current = patched.manifest;
  }
  return { ok: true, manifest: current };
}

function patch(
  overrides: readonly JsonPatchOverride[],
  manifest: KubeObject,
  cluster: OverrideCluster,
):
  | { readonly ok: true; readonly manifest: KubeObject }
  | { readonly ok: false; readonly why: string } {
  const operations: JsonPatchOperation[] = [];
  for (const { op, path, value } of overrides) {
    const meant = valueFor(cluster, value);
    if (!meant.ok) return { ok: false, why: `${op} ${path}: ${meant.why}` };
    operations.push(op === "remove" ? { op, path } : { op, path, value: meant.value });
  }
  const result = applyJsonPatch(manifest, operations);
  if (!result.ok) {
    const { op, path } = operations[result.operation] ?? { op: "patch", path: "/" };
    return { ok: false, why: `${op} ${path}: ${result.why}` };
  }
  const parsed = KubeObject.safeParse(result.value);
  if (parsed.success) return { ok: true, manifest: parsed.data };
  const [issue] = parsed.error.issues;
  const where = issue?.path.join("/") ?? "";
  return { ok: false, why: `the patch leaves no valid object: /${where}: ${issue?.message ?? ""}` };
}
