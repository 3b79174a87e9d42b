import { z } from "zod";
import { Conditions } from "./conditions.js";
import { FourEyes } from "./four-eyes.js";
import { ObjectMeta } from "./meta.js";
import { ApplyStrategy } from "./placement.js";
import { StageConfig, StageTask } from "./update-strategy.js";

/**
 * ClusterStagedUpdateRun and StagedUpdateRun: one rollout of one snapshot, stage by stage.
 * Source: KubeFleet `apis/placement/v1beta1/stageupdate_types.go`.
 */

export const UpdateRunState = z.enum(["Initialize", "Run", "Stop"]);
export type UpdateRunState = z.infer<typeof UpdateRunState>;

export const UpdateRunSpec = z.object({
  placementName: z.string().max(255).describe("The placement to roll out."),
  resourceSnapshotIndex: z
    .string()
    .describe("Index of the resource snapshot to roll out; the latest when omitted.")
    .optional(),
  stagedRolloutStrategyName: z.string().describe("The strategy that defines the stages."),
  state: UpdateRunState.describe(
    "Whether the run is only to be prepared, to go on, or to stop.",
  ).optional(),
});
export type UpdateRunSpec = z.infer<typeof UpdateRunSpec>;

export const StageTaskStatus = z.object({
  type: z.enum(["TimedWait", "Approval"]).describe("The task's type."),
  approvalRequestName: z
    .string()
    .describe("The approval request that stands for the task.")
    .optional(),
  waitUntil: z
    .string()
    .describe("When a TimedWait ends; fixed once the last cluster of the stage has succeeded.")
    .optional(),
  conditions: Conditions.describe("How far the task is.").optional(),
});
export type StageTaskStatus = z.infer<typeof StageTaskStatus>;

export const ClusterUpdatingStatus = z.object({
  clusterName: z.string().describe("The member cluster."),
  resourceOverrideSnapshots: z
    .array(z.object({ name: z.string(), namespace: z.string() }))
    .describe("Namespaced overrides applied on the cluster.")
    .optional(),
  clusterResourceOverrideSnapshots: z
    .array(z.string())
    .describe("Cluster-scoped overrides applied on the cluster.")
    .optional(),
  conditions: Conditions.describe("Whether the update has started and succeeded.").optional(),
});
export type ClusterUpdatingStatus = z.infer<typeof ClusterUpdatingStatus>;

export const StageUpdatingStatus = z.object({
  stageName: z.string().describe("The stage."),
  clusters: z.array(ClusterUpdatingStatus).describe("Its clusters, in updating order."),
  omittedClusters: z
    .object({
      total: z.number().int().describe("How many they are."),
      done: z.number().int().describe("How many of them need no further work."),
    })
    .describe("Clusters that are not listed, because the object would get too large.")
    .optional(),
  beforeStageTaskStatus: z
    .array(StageTaskStatus)
    .max(1)
    .describe("How far the tasks before the stage are.")
    .optional(),
  afterStageTaskStatus: z
    .array(StageTaskStatus)
    .max(2)
    .describe("How far the tasks after the stage are.")
    .optional(),
  startTime: z.string().describe("When the first cluster was started.").optional(),
  endTime: z.string().describe("When the stage was completed.").optional(),
  conditions: Conditions.describe("Whether the stage moves on and has succeeded.").optional(),
});
export type StageUpdatingStatus = z.infer<typeof StageUpdatingStatus>;

/** Recorded wait times are printed by the server, which may use units that a strategy cannot, such as `500ms`. */
const RecordedTask = StageTask.extend({
  waitTime: z.string().describe("How long a TimedWait takes.").optional(),
});

const RecordedStrategy = z.object({
  stages: z.array(
    StageConfig.extend({
      beforeStageTasks: z.array(RecordedTask).describe("Tasks before the stage.").optional(),
      afterStageTasks: z.array(RecordedTask).describe("Tasks after the stage.").optional(),
    }),
  ),
});

/** Who asked for something, and when; written by the server. */
export const Requester = z.object({
  user: z.string().describe("The name of the user."),
  uid: z.string().describe("What identifies the user when names change.").optional(),
  time: z.string().describe("When (RFC 3339)."),
});
export type Requester = z.infer<typeof Requester>;

/** How many clusters that joined too late a run names. */
export const MAX_LEFT_OUT = 100;

export const UpdateRunStatus = z.object({
  policySnapshotIndexUsed: z
    .string()
    .describe("Index of the policy snapshot whose clusters are updated.")
    .optional(),
  policyObservedClusterCount: z
    .number()
    .int()
    .describe("How many clusters the policy picked.")
    .optional(),
  resourceSnapshotIndexUsed: z
    .string()
    .describe("Index of the resource snapshot that is rolled out.")
    .optional(),
  appliedStrategy: ApplyStrategy.describe("How objects are written to members.").optional(),
  stagedUpdateStrategySnapshot: RecordedStrategy.describe(
    "The strategy as it was when the run was initialized.",
  ).optional(),
  stagesStatus: z
    .array(StageUpdatingStatus)
    .describe("How far each stage is, in the order of the strategy.")
    .optional(),
  deletionStageStatus: StageUpdatingStatus.describe(
    "How far cleaning up on clusters that are picked no more is.",
  ).optional(),
  leftOutClusters: z
    .array(z.string())
    .max(MAX_LEFT_OUT)
    .describe(
      "Clusters that joined the placement after the run was initialized; the next run updates them. KubeFleet has no such field.",
    )
    .optional(),
  createdBy: Requester.describe("Who created the run. KubeFleet has no such field.").optional(),
  startedBy: Requester.describe(
    "Who last started or resumed the run. KubeFleet has no such field.",
  ).optional(),
  fourEyes: FourEyes.describe(
    "Whether somebody else has to approve, as it was when the run was initialized. KubeFleet has no such field.",
  ).optional(),
  conditions: Conditions.describe(
    "Whether the run is initialized, moves on and has succeeded.",
  ).optional(),
});
export type UpdateRunStatus = z.infer<typeof UpdateRunStatus>;

export const UpdateRun = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: ObjectMeta,
  spec: UpdateRunSpec.describe("What to roll out, and whether to go on."),
  status: UpdateRunStatus.describe("How far the run is.").optional(),
});
export type UpdateRun = z.infer<typeof UpdateRun>;
