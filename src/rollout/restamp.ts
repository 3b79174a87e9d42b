import type { Condition } from "../api/meta.js";
import type { StageTaskStatus, StageUpdatingStatus, UpdateRunStatus } from "../api/update-run.js";

/**
 * Lifts `observedGeneration` of every condition of a run to `generation`, so that a change of `spec.state` does not
 * make earlier progress look stale. Source: KubeFleet, update run controller, step 2 of a reconcile.
 */
export function restamp(status: UpdateRunStatus, generation: number): UpdateRunStatus {
  const conditions = (list: readonly Condition[] | undefined) =>
    list?.map((condition) => ({ ...condition, observedGeneration: generation }));
  const task = (status: StageTaskStatus): StageTaskStatus => ({
    ...status,
    ...(status.conditions && { conditions: conditions(status.conditions) }),
  });
  const stage = (status: StageUpdatingStatus): StageUpdatingStatus => ({
    ...status,
    ...(status.conditions && { conditions: conditions(status.conditions) }),
    ...(status.beforeStageTaskStatus && {
      beforeStageTaskStatus: status.beforeStageTaskStatus.map(task),
    }),
    ...(status.afterStageTaskStatus && {
      afterStageTaskStatus: status.afterStageTaskStatus.map(task),
    }),
  });
  return {
    ...status,
    ...(status.conditions && { conditions: conditions(status.conditions) }),
    ...(status.stagesStatus && { stagesStatus: status.stagesStatus.map(stage) }),
    ...(status.deletionStageStatus && { deletionStageStatus: stage(status.deletionStageStatus) }),
  };
}
