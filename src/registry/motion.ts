import { CONDITION_APPROVAL_ACCEPTED } from "../api/approval-request.js";
import type { KubeObject } from "../api/meta.js";
import { ANNOTATION_SNAPSHOT_SOURCE, PLACEMENT_GROUP } from "../api/names.js";
import { PlacementSpec } from "../api/placement.js";
import { couldSelect } from "../placement/selection.js";
import { ANNOTATION_DRIFT_CHECK } from "../rollout/drift-check.js";
import { ANNOTATION_RESUME } from "../rollout/resume.js";
import { ANNOTATION_SOAK } from "../rollout/stage-rules.js";
import type { CollectionRef, ObjectStore } from "../storage/object-store.js";
import { fieldAt, listAt, sameJson, stringAt, stringsAt } from "./fields.js";
import type { Change, Kind, Wake } from "./kind.js";
import { wakesOfRuns } from "./runs-of-placement.js";
import type { Scope } from "./scope.js";
import { PLACEMENT, UPDATE_RUN } from "./twins.js";
import { wake } from "./wake.js";

export type Motion = NonNullable<Kind["setsInMotion"]>;

/** With these a person tells a run how to go on. */
const GO_ON = [ANNOTATION_RESUME, ANNOTATION_SOAK] as const;

/**
 * A run looks again when it is new, when its spec changes, and when somebody tells it how to go on. Stopped or resumed, so do
 * its lanes: they let go of clusters that need not be waited for, or begin others. A deleted one is cleaned up by an instance of its own:
 * the run's may be waiting for its lanes, and deletion is never blocked by progress.
 */
export function runMotion(scope: Scope): Motion {
  const { kind } = UPDATE_RUN[scope];
  return async (change) => {
    const run = change.after ?? change.before;
    if (!run) return [];
    if (deletionStarted(change)) return [wake("updateRun", kind, run, "-delete")];
    const told =
      specChanged(change) || GO_ON.some((annotation) => annotationChanged(change, annotation));
    if (!told) return [];
    const turned = change.before !== undefined && specChanged(change);
    return [{ ...wake("updateRun", kind, run), ...(turned && { lanes: true }) }];
  };
}

/**
 * A run looks again when one of its approval requests changes in any way that means something. One that it has accepted
 * means nothing any more: it may be deleted.
 */
export function approvalMotion(scope: Scope): Motion {
  const { kind, plural } = UPDATE_RUN[scope];
  return async (change, store) => {
    const request = change.after ?? change.before;
    const name = stringAt(request, "spec", "parentStageRollout");
    const meaningful =
      specChanged(change) ||
      deletionStarted(change) ||
      !sameJson(change.before?.status, change.after?.status);
    if (!request || !name || !meaningful || (deletionStarted(change) && isAccepted(request))) {
      return [];
    }
    const run = await store.get({
      group: PLACEMENT_GROUP,
      resource: plural,
      namespace: request.metadata.namespace,
      name,
    });
    return run ? [wake("updateRun", kind, run)] : [];
  };
}

function isAccepted(request: KubeObject): boolean {
  return listAt(request, "status", "conditions").some(
    (condition) =>
      stringAt(condition, "type") === CONDITION_APPROVAL_ACCEPTED &&
      stringAt(condition, "status") === "True",
  );
}

/**
 * A placement is synced when it is new or its spec or source changes, and taken down when it is deleted. Its runs look
 * when they may have to end: when it is deleted, and when the way it is rolled out changes.
 */
export function placementMotion(scope: Scope): Motion {
  const own = ownMotion(scope);
  return async (change, store) => [
    ...(await own(change, store)),
    ...(deletionStarted(change) || strategyChanged(change)
      ? await wakesOfRuns(scope, change.after ?? change.before, store)
      : []),
  ];
}

function ownMotion(scope: Scope): Motion {
  const { kind } = PLACEMENT[scope];
  return async (change) => {
    const { after } = change;
    if (!after) return [];
    if (after.metadata.deletionTimestamp) {
      // Its sync looks once more, finds it going, and ends.
      return deletionStarted(change)
        ? [wake("deletePlacement", kind, after, "-delete"), wake("syncPlacement", kind, after)]
        : [];
    }
    const meaningful =
      specChanged(change) ||
      sourceChanged(change) ||
      annotationChanged(change, ANNOTATION_DRIFT_CHECK);
    return meaningful ? [wake("syncPlacement", kind, after)] : [];
  };
}

/** Placements that select an object, or did, are synced when its content changes. */
export function objectMotion(scopes: readonly Scope[]): Motion {
  return async (change, store) => {
    if (!contentChanged(change)) return [];
    const states = [change.before, change.after].filter((state) => state !== undefined);
    const namespace = states[0]?.metadata.namespace;
    const able = scopes.filter((scope) => scope === "Cluster" || namespace !== undefined);
    const lists = await Promise.all(able.map((scope) => livePlacements(scope, store, namespace)));
    const placements = lists.flat();
    if (placements.length === 0) return [];
    const labels = await namespaceLabels(namespace, store);
    return placements
      .filter((placement) => states.some((state) => mightSelect(placement, state, labels)))
      .map(syncOf);
  };
}

export interface LivePlacement {
  readonly scope: Scope;
  readonly object: KubeObject;
}

/** Placements of that scope that are not being deleted; namespaced ones of `namespace` only, when it is given. */
export async function livePlacements(
  scope: Scope,
  store: ObjectStore,
  namespace?: string,
): Promise<readonly LivePlacement[]> {
  const collection: CollectionRef = {
    group: PLACEMENT_GROUP,
    resource: PLACEMENT[scope].plural,
    ...(scope === "Namespaced" && { namespace }),
  };
  const { items } = await store.list(collection);
  return items
    .filter((object) => !object.metadata.deletionTimestamp)
    .map((object) => ({ scope, object }));
}

async function namespaceLabels(
  namespace: string | undefined,
  store: ObjectStore,
): Promise<Readonly<Record<string, string>> | undefined> {
  if (namespace === undefined) return undefined;
  const object = await store.get({ group: "", resource: "namespaces", name: namespace });
  return object && stringsAt(object, "metadata", "labels");
}

function mightSelect(
  { scope, object }: LivePlacement,
  candidate: KubeObject,
  labels: Readonly<Record<string, string>> | undefined,
): boolean {
  const spec = PlacementSpec.safeParse(object.spec);
  // A spec that cannot be read now was written by another version: looking once too often is harmless.
  if (!spec.success) return true;
  const { namespace } = object.metadata;
  const within = scope === "Namespaced" && namespace !== undefined ? { namespace } : {};
  return couldSelect(spec.data, within, candidate, labels);
}

export function syncOf({ scope, object }: LivePlacement): Wake {
  return wake("syncPlacement", PLACEMENT[scope].kind, object);
}

export function specChanged({ before, after }: Change): boolean {
  return !before || !after || !sameJson(before.spec, after.spec);
}

/** Whether a placement changes in how it is rolled out. */
function strategyChanged({ before, after }: Change): boolean {
  if (!before || !after) return false;
  return !sameJson(fieldAt(before.spec, "strategy"), fieldAt(after.spec, "strategy"));
}

/** Whether a placement's content begins or ceases to be what is pushed to it. */
function sourceChanged(change: Change): boolean {
  return annotationChanged(change, ANNOTATION_SNAPSHOT_SOURCE);
}

export function annotationChanged({ before, after }: Change, annotation: string): boolean {
  const value = (object: KubeObject | undefined) => object?.metadata.annotations?.[annotation];
  return value(before) !== value(after);
}

export function deletionStarted({ before, after }: Change): boolean {
  return !after || (!before?.metadata.deletionTimestamp && !!after.metadata.deletionTimestamp);
}

/** Metadata that a write changes without anything that could be placed changing. */
const BOOKKEEPING: readonly string[] = ["managedFields", "resourceVersion", "generation"];

function contentChanged({ before, after }: Change): boolean {
  if (!before || !after) return true;
  return !sameJson(contentOf(before), contentOf(after));
}

function contentOf(object: KubeObject): unknown {
  const { status: _status, ...content } = object;
  const metadata = Object.entries(object.metadata).filter(([key]) => !BOOKKEEPING.includes(key));
  return { ...content, metadata: Object.fromEntries(metadata) };
}
