import { type KubeObject, parseApiVersion } from "../api/meta.js";
import { goJson } from "./go-json.js";
import { isEnvelope } from "./propagation.js";

/** Hex SHA-256 of a text's UTF-8 bytes. */
export type Sha256 = (text: string) => string;

/** Bytes of JSON in one snapshot object. Source: KubeFleet `controller/resource_snapshot_resolver.go`. */
const PART_LIMIT_BYTES = 800 * 1024;

/** What fits into one snapshot object. */
export interface SnapshotPart {
  readonly resources: readonly KubeObject[];
  /** Hash of this part alone; the same as that of the whole when there is one part. */
  readonly hash: string;
}

export interface SnapshotContent {
  /** Tells contents apart; depends on the order of the resources. */
  readonly hash: string;
  /** At least one, which is empty when nothing is selected. */
  readonly parts: readonly SnapshotPart[];
  readonly envelopeCount: number;
}

/** Selected resources, which are in snapshot order, as they go into snapshot objects. */
export function snapshotContent(resources: readonly KubeObject[], sha256: Sha256): SnapshotContent {
  const encoded = resources.map((resource) => ({ resource, json: goJson(resource) }));
  const hash = hashOf(encoded, sha256);
  const parts = split(encoded);
  return {
    hash,
    parts: parts.map((part) => ({
      resources: part.map(({ resource }) => resource),
      hash: parts.length === 1 ? hash : hashOf(part, sha256),
    })),
    envelopeCount: resources.filter((resource) =>
      isEnvelope({ group: parseApiVersion(resource.apiVersion).group, kind: resource.kind }),
    ).length,
  };
}

interface Encoded {
  readonly resource: KubeObject;
  readonly json: string;
}

/** Source: KubeFleet `pkg/utils/resource`, `HashOf` on the snapshot's spec. */
function hashOf(encoded: readonly Encoded[], sha256: Sha256): string {
  return sha256(`{"selectedResources":[${encoded.map(({ json }) => json).join(",")}]}`);
}

/** Fills one list after the other, in order; what is larger than the limit gets a list of its own. */
function split(encoded: readonly Encoded[]): readonly (readonly Encoded[])[] {
  const parts: Encoded[][] = [];
  let current: Encoded[] = [];
  let size = 0;
  const bytes = new TextEncoder();
  for (const item of encoded) {
    const length = bytes.encode(item.json).length;
    if (current.length > 0 && size + length > PART_LIMIT_BYTES) {
      parts.push(current);
      current = [];
      size = 0;
    }
    current.push(item);
    size += length;
  }
  return [...parts, current];
}
