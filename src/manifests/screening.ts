import type { KubeObject } from "../api/meta.js";
import { describeIdentifier, identifierOf, identityKey } from "./identifier.js";
import type { ApplyFailure } from "./outcome.js";

/** Why a manifest cannot be applied, whatever the member. */
export interface Refusal {
  readonly reason: Extract<ApplyFailure, "DecodingErred" | "FoundGenerateName" | "Duplicated">;
  readonly message: string;
}

/** A manifest of a snapshot, refused or not. */
export interface Screened {
  readonly manifest: KubeObject;
  readonly refusal?: Refusal;
}

/** Finds the manifests of a snapshot that cannot be applied. Of several for one object, the first is. */
export function screen(manifests: readonly KubeObject[]): readonly Screened[] {
  const seen = new Set<string>();
  return manifests.map((manifest) => {
    const refusal = refusalOf(manifest, seen);
    seen.add(identityKey(identifierOf(manifest)));
    return { manifest, ...(refusal && { refusal }) };
  });
}

function refusalOf(manifest: KubeObject, seen: ReadonlySet<string>): Refusal | undefined {
  const { name, generateName } = manifest.metadata;
  if (!manifest.apiVersion || !manifest.kind) {
    return { reason: "DecodingErred", message: "the manifest has no apiVersion or no kind" };
  }
  if (!name && generateName) {
    return {
      reason: "FoundGenerateName",
      message: `a generated name (${generateName}) is not supported: every pass would make another object`,
    };
  }
  if (!name) return { reason: "DecodingErred", message: "the manifest has no metadata.name" };
  const identifier = identifierOf(manifest);
  if (!seen.has(identityKey(identifier))) return undefined;
  const message = `${describeIdentifier(identifier)} is in the snapshot more than once`;
  return { reason: "Duplicated", message };
}
