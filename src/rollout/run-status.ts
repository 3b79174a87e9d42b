import { z } from "zod";
import type { Condition, KubeObject } from "../api/meta.js";
import { RunValidation } from "../api/run-validation.js";
import { UpdateRunSpec, UpdateRunStatus } from "../api/update-run.js";
import { conditionOf } from "../placement/conditions.js";
import { listedEntries, notListed } from "../placement/listed-clusters.js";
import type { PlacementIdentity } from "../placement/placement-owner.js";
import { type ClusterProgress, clusterStatus } from "./cluster-progress.js";
import { FailureStop } from "./resume.js";
import { SoakSweep } from "./soak.js";
import { StageRules } from "./stage-rules.js";

/**
 * Bookkeeping of an unfinished run, stored beside its spec and status and never served. Present exactly as long as
 * the clusters' progress lives in rows of its own.
 */
export const RunProgress = z.object({
  /** Counts the times lanes were started: a claim of an earlier round may be taken over. */
  round: z.number().int(),
  /** Counts changes of the clusters' rows, so that each of them gives the run a new resourceVersion. */
  revision: z.number().int(),
  /** Rules of the stages, in their order, as the strategy's annotations had them at initialization. */
  rules: z.array(StageRules).optional(),
  /** Present while more clusters of a stage have failed than its rules allow, and the run therefore rests. */
  stopped: FailureStop.optional(),
  /** The placement that the run was computed for: a namesake is another one. */
  placementUid: z.string().optional(),
  /** What the run does when its targets change; absent: it keeps them. */
  validation: RunValidation.optional(),
  /** The last look at the members of a stage that waits. */
  soak: SoakSweep.optional(),
});
export type RunProgress = z.infer<typeof RunProgress>;

/** Puts the clusters' rows into the status: what `GET` of an unfinished run prints. */
export function assembleStatus(
  status: UpdateRunStatus,
  clusters: readonly ClusterProgress[],
  placement: PlacementIdentity,
): UpdateRunStatus {
  const generation = conditionOf(status.conditions, "Initialized")?.observedGeneration ?? 1;
  const entries = clusters.map((progress) => ({
    progress,
    shown: clusterStatus(progress, generation),
  }));
  const listed = listedEntries(entries, ({ progress }) => needsAttention(progress));
  const ofStage = (stage: number) => {
    const all = entries.filter(({ progress }) => progress.stage === stage);
    const omitted = all.filter((entry) => !listed.has(entry)).map(({ progress }) => progress);
    return {
      clusters: all.filter((entry) => listed.has(entry)).map(({ shown }) => shown),
      ...(omitted.length > 0 && { omittedClusters: omittedCounts(omitted) }),
    };
  };
  const stages = status.stagesStatus ?? [];
  const conditions = status.conditions ?? [];
  return {
    ...status,
    ...(status.stagesStatus && {
      stagesStatus: stages.map((stage, index) => ({ ...stage, ...ofStage(index) })),
    }),
    ...(status.deletionStageStatus && {
      deletionStageStatus: { ...status.deletionStageStatus, ...ofStage(stages.length) },
    }),
    ...(listed.size < entries.length && {
      conditions: [...conditions, omission(listed.size, entries.length, generation)],
    }),
  };

  function omission(shown: number, total: number, observedGeneration: number): Condition {
    const update = notListed(
      { listed: shown, total },
      { placement, generation: observedGeneration },
    );
    const since = conditionOf(conditions, "Initialized")?.lastTransitionTime ?? "";
    return { ...update, lastTransitionTime: since };
  }
}

function needsAttention({ phase, unhealthy }: ClusterProgress): boolean {
  return phase === "Started" || phase === "Failed" || unhealthy !== undefined;
}

function omittedCounts(clusters: readonly ClusterProgress[]) {
  const done = clusters.filter(({ phase }) => phase === "Succeeded" || phase === "Skipped").length;
  return { total: clusters.length, done };
}

/** The stored status of a run object; a run that was just created has none. */
export function storedStatus(object: KubeObject): UpdateRunStatus {
  return UpdateRunStatus.parse(object.status ?? {});
}

/** The placement that a run object is about: they share their namespace. */
export function placementOf({ metadata, spec }: KubeObject): PlacementIdentity {
  const { namespace } = metadata;
  const name = UpdateRunSpec.pick({ placementName: true }).safeParse(spec).data?.placementName;
  return { metadata: { name: name ?? "", ...(namespace !== undefined && { namespace }) } };
}
