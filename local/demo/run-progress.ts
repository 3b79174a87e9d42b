import { UpdateRunStatus } from "../../src/api/update-run.js";

/** What a person following a run sees happen, each line once and in the order in which it is listed. */
export function progressLines(status: unknown): readonly string[] {
  const parsed = UpdateRunStatus.safeParse(status);
  if (!parsed.success) return [];
  const lines = (parsed.data.stagesStatus ?? []).flatMap(stageLines);
  const deletion = parsed.data.deletionStageStatus;
  return deletion ? [...lines, ...clusterLines(deletion, "clean-up")] : lines;
}

type Stage = NonNullable<UpdateRunStatus["stagesStatus"]>[number];

function stageLines(stage: Stage): readonly string[] {
  return [
    ...(stage.startTime ? [`stage ${stage.stageName} started`] : []),
    ...clusterLines(stage, stage.stageName),
    ...taskLines(stage),
    ...(isTrue(stage.conditions, "Succeeded") ? [`stage ${stage.stageName} succeeded`] : []),
  ];
}

function clusterLines(stage: Stage, stageName: string): readonly string[] {
  return (stage.clusters ?? []).flatMap(({ clusterName, conditions }) => [
    ...(isTrue(conditions, "Started") ? [`${stageName}: ${clusterName} is being updated`] : []),
    ...(isTrue(conditions, "Succeeded") ? [`${stageName}: ${clusterName} is updated`] : []),
  ]);
}

function taskLines(stage: Stage): readonly string[] {
  return (stage.afterStageTaskStatus ?? []).flatMap(({ type, approvalRequestName, conditions }) => [
    ...(isTrue(conditions, "ApprovalRequestCreated")
      ? [`${stage.stageName}: approval is asked for by ${approvalRequestName}`]
      : []),
    ...(isTrue(conditions, "ApprovalRequestApproved") ? [`${stage.stageName}: approved`] : []),
    ...(isTrue(conditions, "WaitTimeElapsed") ? [`${stage.stageName}: ${type} has elapsed`] : []),
  ]);
}

/** The run's own sentence about what it waits for, while it waits. */
export function waitingReason(status: unknown): string | undefined {
  const parsed = UpdateRunStatus.safeParse(status);
  const progressing = parsed.data?.conditions?.find(({ type }) => type === "Progressing");
  return progressing?.reason === "UpdateRunWaiting" ? progressing.message : undefined;
}

/** The sentence of a run that failed, in whichever condition it stands. */
export function failureOf(status: unknown): string | undefined {
  const parsed = UpdateRunStatus.safeParse(status);
  const failed = parsed.data?.conditions?.find(
    (condition) =>
      ["Initialized", "Succeeded"].includes(condition.type) && condition.status === "False",
  );
  return failed?.message;
}

function isTrue(
  conditions: readonly { type: string; status: string }[] | undefined,
  type: string,
): boolean {
  return conditions?.some((entry) => entry.type === type && entry.status === "True") ?? false;
}
