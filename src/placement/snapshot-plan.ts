import type { KubeObject } from "../api/meta.js";
import {
  ANNOTATION_NUMBER_OF_ENVELOPED_OBJECT,
  ANNOTATION_NUMBER_OF_RESOURCE_SNAPSHOTS,
  ANNOTATION_RESOURCE_HASH,
  ANNOTATION_SUBINDEX_OF_RESOURCE_SNAPSHOT,
  LABEL_IS_LATEST_SNAPSHOT,
  LABEL_PARENT_CRP,
  LABEL_RESOURCE_INDEX,
  snapshotName,
  subSnapshotName,
} from "../api/names.js";
import {
  kindsOf,
  ownerReference,
  PLACEMENT_API_VERSION,
  type PlacementIdentity,
} from "./placement-owner.js";
import type { SnapshotContent, SnapshotPart } from "./snapshot-content.js";
import {
  isLabelledLatest,
  latestGroup,
  type SnapshotGroup,
  type SnapshotObject,
  snapshotGroups,
  surplusSnapshots,
  wronglyLatest,
} from "./snapshot-groups.js";

export interface SnapshotPlanInput {
  readonly placement: PlacementIdentity;
  readonly content: SnapshotContent;
  /** Every resource snapshot of the placement; their contents do not matter. */
  readonly existing: readonly SnapshotObject[];
  readonly revisionHistoryLimit: number;
  /** Indexes that bindings or unfinished runs refer to: those snapshots stay, whatever the limit. */
  readonly referenced: ReadonlySet<number>;
}

/**
 * What to do with resource snapshots. To be done in the order demote, create, promote, remove; when that is cut short,
 * the next plan finishes it.
 */
export interface SnapshotPlan {
  /** `Unchanged`: the latest snapshot has the content already. */
  readonly kind: "Unchanged" | "Create";
  /** Index of the snapshot that holds the content. */
  readonly index: number;
  /** Complete but for what every new object gets: uid, times, generation. The master is first. */
  readonly objects: readonly KubeObject[];
  /** Names whose label is-latest-snapshot becomes "true": it was lost. */
  readonly promote: readonly string[];
  /** Names whose label is-latest-snapshot becomes "false". */
  readonly demote: readonly string[];
  readonly remove: readonly string[];
}

/**
 * Finds or makes the snapshot of a content. Only the latest is compared: going back to older content is a new index.
 * Source: KubeFleet `controller/resource_snapshot_resolver.go`; unlike there, snapshots in use are not removed.
 */
export function planSnapshots(input: SnapshotPlanInput): SnapshotPlan {
  const groups = snapshotGroups(input.existing, LABEL_RESOURCE_INDEX);
  const latest = latestGroup(groups);
  const master = latest?.objects.find(isMaster);
  if (latest && master?.metadata.annotations?.[ANNOTATION_RESOURCE_HASH] === input.content.hash) {
    return unchanged(input, groups, latest, master);
  }
  const index = (groups.at(-1)?.index ?? -1) + 1;
  return {
    kind: "Create",
    index,
    objects: snapshotObjects(input, index),
    promote: [],
    demote: wronglyLatest(groups, index),
    remove: surplusSnapshots(groups, input.revisionHistoryLimit, input.referenced),
  };
}

function unchanged(
  input: SnapshotPlanInput,
  groups: readonly SnapshotGroup<SnapshotObject>[],
  latest: SnapshotGroup<SnapshotObject>,
  master: SnapshotObject,
): SnapshotPlan {
  const present = new Set(latest.objects.map(({ metadata }) => metadata.name));
  return {
    kind: "Unchanged",
    index: latest.index,
    objects: snapshotObjects(input, latest.index).filter(
      ({ metadata }) => !present.has(metadata.name),
    ),
    promote: isLabelledLatest(master) ? [] : [master.metadata.name],
    demote: wronglyLatest(groups, latest.index),
    remove: [],
  };
}

/** The first object of a group, which stands for all of it. */
function isMaster({ metadata }: SnapshotObject): boolean {
  return Boolean(metadata.annotations?.[ANNOTATION_RESOURCE_HASH]);
}

function snapshotObjects(input: SnapshotPlanInput, index: number): readonly KubeObject[] {
  return input.content.parts.map((part, position) =>
    position === 0 ? masterObject(input, index, part) : subObject(input, index, position - 1, part),
  );
}

function masterObject(input: SnapshotPlanInput, index: number, part: SnapshotPart): KubeObject {
  const { hash, parts, envelopeCount } = input.content;
  return snapshotObject(input.placement, part, {
    name: snapshotName(input.placement.metadata.name, index),
    labels: { [LABEL_IS_LATEST_SNAPSHOT]: "true", ...labels(input.placement, index) },
    annotations: {
      [ANNOTATION_NUMBER_OF_ENVELOPED_OBJECT]: String(envelopeCount),
      [ANNOTATION_NUMBER_OF_RESOURCE_SNAPSHOTS]: String(parts.length),
      [ANNOTATION_RESOURCE_HASH]: hash,
    },
  });
}

function subObject(
  { placement }: SnapshotPlanInput,
  index: number,
  subindex: number,
  part: SnapshotPart,
): KubeObject {
  return snapshotObject(placement, part, {
    name: subSnapshotName(placement.metadata.name, index, subindex),
    labels: labels(placement, index),
    annotations: { [ANNOTATION_SUBINDEX_OF_RESOURCE_SNAPSHOT]: String(subindex) },
  });
}

function labels({ metadata }: PlacementIdentity, index: number): Record<string, string> {
  return { [LABEL_PARENT_CRP]: metadata.name, [LABEL_RESOURCE_INDEX]: String(index) };
}

function snapshotObject(
  placement: PlacementIdentity,
  part: SnapshotPart,
  metadata: SnapshotObject["metadata"],
): KubeObject {
  const { namespace } = placement.metadata;
  return {
    apiVersion: PLACEMENT_API_VERSION,
    kind: kindsOf(placement).resourceSnapshot,
    metadata: {
      ...metadata,
      ...(namespace !== undefined && { namespace }),
      ownerReferences: [ownerReference(placement)],
    },
    spec: { selectedResources: part.resources },
  };
}
