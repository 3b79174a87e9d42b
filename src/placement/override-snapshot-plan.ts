import type { KubeObject } from "../api/meta.js";
import {
  LABEL_IS_LATEST_SNAPSHOT,
  LABEL_OVERRIDE_INDEX,
  LABEL_PARENT_RESOURCE_OVERRIDE,
  overrideSnapshotName,
  PLACEMENT_GROUP,
} from "../api/names.js";
import { goJson } from "./go-json.js";
import { PLACEMENT_API_VERSION } from "./placement-owner.js";
import type { Sha256 } from "./snapshot-content.js";
import {
  isLabelledLatest,
  latestGroup,
  snapshotGroups,
  surplusSnapshots,
  wronglyLatest,
} from "./snapshot-groups.js";

/** Revisions kept of one override. Source: KubeFleet `overrider/clusterresource_controller.go`. */
const HISTORY_LIMIT = 10;

/**
 * What to do with the snapshots of one override. To be done in the order create, demote, remove; when that is cut short,
 * the next plan finishes it, and of two that are labelled as latest the newer is.
 */
export interface OverrideSnapshotPlan {
  /** Name of the snapshot that holds the override as it is. */
  readonly latest: string;
  /** Complete but for what every new object gets; absent when the latest snapshot has the content already. */
  readonly create: KubeObject | undefined;
  /** Names whose label is-latest-snapshot becomes "true": it was lost. */
  readonly promote: readonly string[];
  readonly demote: readonly string[];
  /** Beyond the limit, unless something still refers to them. */
  readonly surplus: readonly string[];
}

/**
 * Finds or makes the snapshot of an override as it is. Source: KubeFleet `pkg/controllers/overrider`.
 *
 * @param existing every snapshot of that override
 */
export function planOverrideSnapshot(
  override: KubeObject,
  existing: readonly KubeObject[],
  sha256: Sha256,
): OverrideSnapshotPlan {
  const groups = snapshotGroups(existing, LABEL_OVERRIDE_INDEX);
  const latest = latestGroup(groups);
  const [current] = latest?.objects ?? [];
  const hash = hashOf(override, sha256);
  if (latest && current && overrideHashOf(current) === hash) {
    const labelled = isLabelledLatest(current);
    return {
      latest: current.metadata.name,
      create: undefined,
      promote: labelled ? [] : [current.metadata.name],
      demote: wronglyLatest(groups, latest.index),
      surplus: [],
    };
  }
  const index = (groups.at(-1)?.index ?? -1) + 1;
  const create = snapshotOf(override, index, hash);
  return {
    latest: create.metadata.name,
    create,
    promote: [],
    demote: wronglyLatest(groups, index),
    surplus: surplusSnapshots(groups, HISTORY_LIMIT, new Set()),
  };
}

/** Tells revisions of an override apart; as `overrideHash` says it. */
export function overrideHashOf({ spec }: KubeObject): unknown {
  return (spec as { readonly overrideHash?: unknown } | undefined)?.overrideHash;
}

/** Base64 of the hash's hex digits: in the Go type the field is a byte slice. */
function hashOf({ spec }: KubeObject, sha256: Sha256): string {
  return btoa(sha256(goJson(spec)));
}

function snapshotOf(override: KubeObject, index: number, overrideHash: string): KubeObject {
  const { name, namespace, uid = "" } = override.metadata;
  return {
    apiVersion: PLACEMENT_API_VERSION,
    kind: `${override.kind}Snapshot`,
    metadata: {
      name: overrideSnapshotName(name, index),
      ...(namespace !== undefined && { namespace }),
      labels: {
        [LABEL_PARENT_RESOURCE_OVERRIDE]: name,
        [LABEL_IS_LATEST_SNAPSHOT]: "true",
        [LABEL_OVERRIDE_INDEX]: String(index),
      },
      ownerReferences: [
        {
          apiVersion: `${PLACEMENT_GROUP}/v1beta1`,
          blockOwnerDeletion: true,
          controller: true,
          kind: override.kind,
          name,
          uid,
        },
      ],
    },
    spec: { overrideSpec: override.spec, overrideHash },
  };
}
