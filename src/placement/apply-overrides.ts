import type { KubeObject } from "../api/meta.js";
import type { OverrideRule } from "../api/override.js";
import { describeIdentifier, identifierOf } from "../manifests/identifier.js";
import { type OverrideSnapshots, selectsInNamespace, selectsObject } from "./matching-overrides.js";
import { applyRules } from "./override-rules.js";
import type { OverrideCluster } from "./override-values.js";

export type OverriddenManifest =
  /** Undefined: it is not to be on the cluster. */
  | { readonly ok: true; readonly manifest: KubeObject | undefined }
  /** Names the object, the override and the operation. */
  | { readonly ok: false; readonly message: string };

/**
 * A manifest as one cluster gets it: first what cluster-scoped overrides say, then what namespaced ones do, so that
 * these win. Source: KubeFleet `workgenerator/override.go`.
 */
export function applyOverrides(
  { cluster, namespaced }: OverrideSnapshots,
  manifest: KubeObject,
  target: OverrideCluster,
): OverriddenManifest {
  let current = manifest;
  for (const { name, rules } of [
    ...cluster
      .filter(({ spec }) => selectsObject(spec.overrideSpec, manifest))
      .map((snapshot) => revision("ClusterResourceOverride", snapshot)),
    ...namespaced
      .filter(({ spec, metadata }) =>
        selectsInNamespace(spec.overrideSpec, metadata.namespace, manifest),
      )
      .map((snapshot) => revision("ResourceOverride", snapshot)),
  ]) {
    const outcome = applyRules(rules, current, target);
    if (!outcome.ok) {
      const object = describeIdentifier(identifierOf(manifest));
      return { ok: false, message: `${object}: ${name}, ${outcome.why}` };
    }
    if (!outcome.manifest) return { ok: true, manifest: undefined };
    current = outcome.manifest;
  }
  return { ok: true, manifest: current };
}

function revision(
  kind: string,
  snapshot: {
    readonly metadata: KubeObject["metadata"];
    readonly spec: { readonly overrideSpec: { policy: { overrideRules: OverrideRule[] } } };
  },
): { readonly name: string; readonly rules: readonly OverrideRule[] } {
  const { namespace, name } = snapshot.metadata;
  return {
    name: `${kind} snapshot ${namespace === undefined ? name : `${namespace}/${name}`}`,
    rules: snapshot.spec.overrideSpec.policy.overrideRules,
  };
}
