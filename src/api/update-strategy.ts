import { z } from "zod";
import { LabelSelector, ObjectMeta } from "./meta.js";

/**
 * ClusterStagedUpdateStrategy and StagedUpdateStrategy: the stages of a rollout.
 * Source: KubeFleet `apis/placement/v1beta1/stageupdate_types.go`; stage names may contain hyphens here.
 */

/** A Go duration in hours, minutes and seconds, such as `1h30m`. */
export const WAIT_TIME_PATTERN = /^(?:(?:0|[1-9][0-9]*)(\.[0-9]+)?(?:s|m|h))+$/;
/** An RFC 1123 label. */
export const STAGE_NAME_PATTERN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
/** A share of a stage's clusters, from `1%` to `100%`. */
export const PERCENTAGE_PATTERN = /^(100|[1-9][0-9]?)%$/;
export const MAX_STAGES = 31;

/** What must be done before a rollout moves on. */
export const StageTask = z.object({
  type: z
    .enum(["TimedWait", "Approval"])
    .describe("Whether to wait for some time or for somebody's approval."),
  waitTime: z
    .string()
    .regex(WAIT_TIME_PATTERN)
    .describe("How long a TimedWait takes, such as 1h30m.")
    .optional(),
});
export type StageTask = z.infer<typeof StageTask>;

/** Clusters that are updated together. */
export const StageConfig = z.object({
  name: z
    .string()
    .max(63)
    .regex(STAGE_NAME_PATTERN)
    .describe("Name of the stage, unique within the strategy."),
  labelSelector: LabelSelector.describe(
    "Selects the stage's clusters by their labels; an empty selector selects all, none selects nothing.",
  ).optional(),
  sortingLabelKey: z
    .string()
    .describe("Label whose whole-number value orders the clusters; by name when omitted.")
    .optional(),
  maxConcurrency: z
    .union([z.number().int(), z.string().regex(PERCENTAGE_PATTERN)])
    .meta({
      "x-kubernetes-int-or-string": true,
      pattern: PERCENTAGE_PATTERN.source,
      default: 1,
      description: "How many clusters are updated at once: a number, or a share such as 25%.",
    })
    .optional(),
  beforeStageTasks: z
    .array(StageTask)
    .max(1)
    .describe("What must be done before the first cluster is updated.")
    .optional(),
  afterStageTasks: z
    .array(StageTask)
    .max(2)
    .describe("What must be done after the last cluster, before the next stage.")
    .optional(),
});
export type StageConfig = z.infer<typeof StageConfig>;

export const UpdateStrategySpec = z.object({
  stages: z.array(StageConfig).max(MAX_STAGES).describe("The stages, in the order of the rollout."),
});
export type UpdateStrategySpec = z.infer<typeof UpdateStrategySpec>;

export const UpdateStrategy = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: ObjectMeta,
  spec: UpdateStrategySpec.describe("The stages."),
});
export type UpdateStrategy = z.infer<typeof UpdateStrategy>;
