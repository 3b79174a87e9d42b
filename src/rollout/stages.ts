import { parseGoDuration } from "../api/go-duration.js";
import type { MemberCluster } from "../api/member-cluster.js";
import type { StageConfig, StageTask } from "../api/update-strategy.js";
import { matchesSelector } from "../placement/label-selector.js";
import { USER_ERROR } from "./reasons.js";

/** A member cluster as stages see it. */
export interface StageCandidate {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The clusters that a policy picked, with the labels that they have now; those of a member that has left are unknown. */
export function stageCandidates(
  members: readonly MemberCluster[],
  selected: readonly string[],
): readonly StageCandidate[] {
  const labels = new Map(
    members.map(({ metadata }) => [metadata.name, metadata.labels ?? {}] as const),
  );
  return selected.map((name) => ({ name, labels: labels.get(name) ?? {} }));
}

export type Stages =
  | { readonly ok: true; readonly stages: readonly (readonly string[])[] }
  | {
      readonly ok: false;
      readonly message: string;
      /** What was computed when only the last check, that every cluster has a stage, failed. */
      readonly stages?: readonly (readonly string[])[];
    };

/**
 * Which clusters belong to which stage, in the order in which they are updated.
 * Source: KubeFleet `updaterun/initialization.go`, checks 11 to 16 and stage computation.
 *
 * @param selected clusters that the placement's policy picked; others are ignored even if a stage selects them
 */
export function computeStages(
  strategyName: string,
  stages: readonly StageConfig[],
  selected: readonly StageCandidate[],
): Stages {
  const placed = new Set<string>();
  const result: string[][] = [];
  for (const stage of stages) {
    const problem = taskProblem(strategyName, stage);
    if (problem) return { ok: false, message: `${USER_ERROR}${problem}` };
    const members = selected.filter(
      (cluster) => stage.labelSelector && matchesSelector(stage.labelSelector, cluster.labels),
    );
    const twice = members.find((cluster) => placed.has(cluster.name));
    if (twice) {
      return {
        ok: false,
        message: `${USER_ERROR}cluster \`${twice.name}\` appears in more than one stages`,
      };
    }
    const sorted = sortClusters(members, stage.sortingLabelKey);
    if (!sorted.ok) return { ok: false, message: `${USER_ERROR}${sorted.message}` };
    for (const name of sorted.names) placed.add(name);
    result.push([...sorted.names]);
  }
  const missing = selected
    .map((cluster) => cluster.name)
    .filter((name) => !placed.has(name))
    .sort(byBytes);
  if (missing.length === 0) return { ok: true, stages: result };
  return {
    ok: false,
    stages: result,
    message: `${USER_ERROR}some clusters are not placed in any stage, total ${missing.length}, showing up to 10: ${missing.slice(0, 10).join(", ")}`,
  };
}

function sortClusters(
  clusters: readonly StageCandidate[],
  key: string | undefined,
): { ok: true; names: readonly string[] } | { ok: false; message: string } {
  if (key === undefined) {
    return { ok: true, names: clusters.map((cluster) => cluster.name).sort(byBytes) };
  }
  const ranked: { name: string; rank: bigint }[] = [];
  for (const cluster of clusters) {
    const value = cluster.labels[key] ?? "";
    if (!/^[+-]?[0-9]+$/.test(value)) {
      return {
        ok: false,
        message: `the sorting label \`${key}:${value}\` on cluster \`${cluster.name}\` is not valid: strconv.Atoi: parsing ${JSON.stringify(value)}: invalid syntax`,
      };
    }
    ranked.push({ name: cluster.name, rank: BigInt(value.replace(/^\+/, "")) });
  }
  ranked.sort((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : byBytes(a.name, b.name)));
  return { ok: true, names: ranked.map((cluster) => cluster.name) };
}

/** Names are ASCII, so that code units compare as bytes do: `c10` comes before `c2`. */
function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function taskProblem(strategyName: string, stage: StageConfig): string | undefined {
  const before = beforeTasksProblem(stage.beforeStageTasks ?? []);
  if (before) {
    return `the before stage tasks are invalid, updateStrategy: \`${strategyName}\`, stage: ${stage.name}, err: ${before}`;
  }
  const after = afterTasksProblem(stage.afterStageTasks ?? []);
  if (after) {
    return `the after stage tasks are invalid, updateStrategy: \`${strategyName}\`, stage: ${stage.name}, err: ${after}`;
  }
  return undefined;
}

function beforeTasksProblem(tasks: readonly StageTask[]): string | undefined {
  if (tasks.length > 1) return "beforeStageTasks can have at most one task";
  const index = tasks.findIndex((task) => task.type !== "Approval");
  if (index < 0) return undefined;
  return `task ${index} of type ${tasks[index]?.type} is not allowed in beforeStageTasks, allowed type: Approval`;
}

function afterTasksProblem(tasks: readonly StageTask[]): string | undefined {
  for (const [index, task] of tasks.entries()) {
    if (tasks.findIndex((other) => other.type === task.type) < index) {
      return `afterStageTasks cannot have two tasks of the same type: ${task.type}`;
    }
    if (task.type !== "TimedWait") continue;
    if (task.waitTime === undefined)
      return `task ${index} of type TimedWait has wait duration set to nil`;
    if (parseGoDuration(task.waitTime) <= 0)
      return `task ${index} of type TimedWait has wait duration <= 0`;
  }
  return undefined;
}
