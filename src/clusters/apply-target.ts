import { createHash } from "node:crypto";
import type { KubeObject } from "../api/meta.js";
import type { ApplyStrategyOptions } from "../manifests/apply-strategy.js";
import { identifierOf } from "../manifests/identifier.js";
import type { Owner, ResourceIdentifier } from "../manifests/outcome.js";
import type { PatchSchema, PatchSchemas } from "../manifests/patch-schema.js";
import { type PreparedManifest, prepareManifest } from "../manifests/prepare-manifest.js";
import {
  builtInMapping,
  collectionPath,
  type RestMapping,
  restPath,
} from "../manifests/rest-path.js";
import type { MemberConnection } from "./member-connection.js";

/** What all manifests of one pass have in common. */
export interface ApplyContext {
  readonly connection: MemberConnection;
  readonly owner: Owner;
  readonly strategy: ApplyStrategyOptions;
  readonly patchSchemas: PatchSchemas;
  readonly signal: AbortSignal;
}

/** A manifest and the object on the member that it is for. */
export interface ApplyTarget extends PreparedManifest {
  readonly identifier: ResourceIdentifier;
  readonly path: string;
  /** Where the object is created. */
  readonly collection: string;
  readonly schema: PatchSchema | undefined;
  readonly builtIn: boolean;
}

export function targetOf(
  { owner, strategy, patchSchemas }: ApplyContext,
  manifest: KubeObject,
  mapping: RestMapping,
): ApplyTarget {
  const identifier = identifierOf(manifest);
  return {
    identifier,
    path: restPath(mapping, identifier),
    collection: collectionPath(mapping, identifier),
    schema: patchSchemas(manifest.apiVersion, manifest.kind),
    builtIn: builtInMapping(identifier) !== undefined,
    ...prepareManifest(manifest, owner, strategy, sha256),
  };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
