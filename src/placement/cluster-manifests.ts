import type { EnvelopeIdentifier } from "../api/envelope.js";
import type { KubeObject } from "../api/meta.js";
import { describeIdentifier, identifierOf, identityKey } from "../manifests/identifier.js";
import { applyOverrides } from "./apply-overrides.js";
import { envelopeContents, envelopeIdentifier, isEnvelopeObject } from "./envelope-contents.js";
import type { OverrideSnapshots } from "./matching-overrides.js";
import type { OverrideCluster } from "./override-values.js";

/** The envelope of every object that came in one, by the object's identity. */
export type Envelopes = ReadonlyMap<string, EnvelopeIdentifier>;

export type ClusterManifests =
  | {
      readonly kind: "Ready";
      readonly manifests: readonly KubeObject[];
      readonly envelopes: Envelopes;
    }
  /** What a person has to mend in an override or an envelope. */
  | { readonly kind: "NotOverridden"; readonly message: string };

/**
 * What is to be on one cluster: the resources of a snapshot after overrides, with the contents of envelopes in the
 * place of the envelopes. Overrides of an envelope come before those of its contents.
 *
 * @param target undefined for a cluster without overrides
 */
export function clusterManifests(
  resources: readonly KubeObject[],
  overrides: OverrideSnapshots,
  target?: OverrideCluster,
): ClusterManifests {
  const manifests: KubeObject[] = [];
  const envelopes = new Map<string, EnvelopeIdentifier>();
  for (const resource of resources) {
    const opened = opening(resource, overrides, target);
    if (!opened.ok) return { kind: "NotOverridden", message: opened.message };
    manifests.push(...opened.manifests);
    if (!isEnvelopeObject(resource)) continue;
    const envelope = envelopeIdentifier(resource);
    for (const content of opened.manifests) {
      envelopes.set(identityKey(identifierOf(content)), envelope);
    }
  }
  return { kind: "Ready", manifests, envelopes };
}

type Opened =
  | { readonly ok: true; readonly manifests: readonly KubeObject[] }
  | { readonly ok: false; readonly message: string };

/** A resource of a snapshot, or what is in it: no more than that is left of it after overrides. */
function opening(
  resource: KubeObject,
  overrides: OverrideSnapshots,
  target: OverrideCluster | undefined,
): Opened {
  const overridden = overriddenAll([resource], overrides, target);
  const [manifest] = overridden.ok ? overridden.manifests : [];
  if (!manifest || !isEnvelopeObject(manifest)) return overridden;
  const contents = envelopeContents(manifest);
  if (contents.ok) return overriddenAll(contents.manifests, overrides, target);
  const problems = contents.causes.map(({ field, message }) => `${field}: ${message}`).join("; ");
  return { ok: false, message: `${describeIdentifier(identifierOf(manifest))}: ${problems}` };
}

function overriddenAll(
  manifests: readonly KubeObject[],
  overrides: OverrideSnapshots,
  target: OverrideCluster | undefined,
): Opened {
  if (!target) return { ok: true, manifests };
  const kept: KubeObject[] = [];
  for (const manifest of manifests) {
    const result = applyOverrides(overrides, manifest, target);
    if (!result.ok) return result;
    if (result.manifest) kept.push(result.manifest);
  }
  return { ok: true, manifests: kept };
}
