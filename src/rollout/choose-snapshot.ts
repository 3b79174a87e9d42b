import type { KubeObject } from "../api/meta.js";
import { ANNOTATION_RESOURCE_HASH, LABEL_RESOURCE_INDEX } from "../api/names.js";
import { UNEXPECTED, USER_ERROR, VALIDATION } from "./reasons.js";
import { keyOf, type RunIdentity } from "./run-identity.js";

/** What a run may choose its resource snapshot from. */
export interface SnapshotChoice {
  /** Resource snapshots of the placement; their contents do not matter here. */
  readonly snapshots: readonly KubeObject[];
  /** Index of the newest snapshot, which a run without an index takes. */
  readonly latestIndex: string | undefined;
  /** Why nothing could be selected, when that is so. */
  readonly selectionProblem?: string | undefined;
}

export type ChosenSnapshot =
  | { readonly ok: true; readonly index: string }
  | { readonly ok: false; readonly message: string };

/**
 * Which resource snapshot a run rolls out: the one it names, or else the latest.
 * Source: KubeFleet `updaterun/initialization.go`, checks 18 to 21; texts are its own.
 */
export function chooseSnapshot(run: RunIdentity, choice: SnapshotChoice): ChosenSnapshot {
  const placement = keyOf(run, run.spec.placementName);
  const named = run.spec.resourceSnapshotIndex;
  const problem = named ? indexProblem(named, placement, choice) : choice.selectionProblem;
  if (problem !== undefined) return { ok: false, message: `${VALIDATION}${USER_ERROR}${problem}` };
  const index = named || choice.latestIndex;
  const master = snapshotsAt(choice, index).find(
    ({ metadata }) => metadata.annotations?.[ANNOTATION_RESOURCE_HASH],
  );
  if (index !== undefined && master) return { ok: true, index };
  return {
    ok: false,
    message: `${VALIDATION}${UNEXPECTED}no master resourceSnapshot found for placement ${placement}`,
  };
}

function indexProblem(
  index: string,
  placement: string,
  choice: SnapshotChoice,
): string | undefined {
  if (!/^(0|[1-9][0-9]*)$/.test(index)) {
    return `invalid resource snapshot index \`${index}\` provided, expected an integer >= 0`;
  }
  if (snapshotsAt(choice, index).length > 0) return undefined;
  return `no resourceSnapshots with index \`${index}\` found for placement \`${placement}\``;
}

function snapshotsAt(
  { snapshots }: SnapshotChoice,
  index: string | undefined,
): readonly KubeObject[] {
  return snapshots.filter(({ metadata }) => metadata.labels?.[LABEL_RESOURCE_INDEX] === index);
}
