import type { KubeObject } from "../api/meta.js";
import { UpdateRunSpec, type UpdateRunStatus } from "../api/update-run.js";
import { RunProgress, storedStatus } from "../rollout/run-status.js";
import type { ObjectStore } from "../storage/object-store.js";
import type { TargetRef } from "./contracts.js";
import { placementRef, scopeOf } from "./scope.js";
import { changeObject } from "./server-objects.js";

/** A run as the activities see it. `progress` is absent before initialization and after the end. */
export interface StoredRun {
  readonly object: KubeObject;
  readonly spec: UpdateRunSpec;
  readonly status: UpdateRunStatus;
  readonly progress: RunProgress | undefined;
}

/** Where the run lies in the store. */
export function runRef(run: TargetRef) {
  return placementRef(run, scopeOf(run).runs, run.name);
}

/** Undefined when the run is gone, also when a namesake has taken its place. */
export async function readRun(store: ObjectStore, run: TargetRef): Promise<StoredRun | undefined> {
  const object = await store.get(runRef(run));
  if (!object || object.metadata.uid !== run.uid) return undefined;
  return {
    object,
    spec: UpdateRunSpec.parse(object.spec),
    status: storedStatus(object),
    progress: object.progress === undefined ? undefined : RunProgress.parse(object.progress),
  };
}

/**
 * Gives a run a new resourceVersion after its clusters' rows changed, so that watches see it.
 *
 * @param known what the caller read or wrote of it last
 * @returns the run as it is then
 */
export function touchRun(
  store: ObjectStore,
  run: TargetRef,
  known?: KubeObject,
): Promise<KubeObject | undefined> {
  const touched = (object: KubeObject) => {
    if (object.metadata.uid !== run.uid || object.progress === undefined) return undefined;
    const progress = RunProgress.parse(object.progress);
    return { ...object, progress: { ...progress, revision: progress.revision + 1 } };
  };
  return changeObject(store, runRef(run), touched, known);
}
