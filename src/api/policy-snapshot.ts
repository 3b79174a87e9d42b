import { z } from "zod";
import { Conditions } from "./conditions.js";
import { ObjectMeta } from "./meta.js";
import { PlacementPolicy } from "./placement.js";

/** Whether a cluster was picked, and why. Source: KubeFleet placement v1 `ClusterDecision`. */
export const ClusterDecision = z.object({
  clusterName: z.string().describe("The member cluster."),
  selected: z.boolean().describe("Whether it was picked."),
  clusterScore: z
    .object({
      affinityScore: z.number().int().describe("Points for preferred affinity.").optional(),
      priorityScore: z.number().int().describe("Points for topology spread.").optional(),
    })
    .describe("How well the cluster fits.")
    .optional(),
  reason: z.string().describe("Why it was or was not picked."),
});
export type ClusterDecision = z.infer<typeof ClusterDecision>;

export const PolicySnapshotStatus = z.object({
  observedCRPGeneration: z
    .number()
    .int()
    .describe("Generation of the placement that was scheduled."),
  conditions: Conditions.describe("Whether scheduling is done.").optional(),
  targetClusters: z
    .array(ClusterDecision)
    .max(1000)
    .describe("The decision on each cluster.")
    .optional(),
});
export type PolicySnapshotStatus = z.infer<typeof PolicySnapshotStatus>;

/**
 * ClusterSchedulingPolicySnapshot and SchedulingPolicySnapshot: a placement's policy at one moment, and whom it picked.
 * Source: KubeFleet `apis/placement/v1beta1/policysnapshot_types.go`.
 */
export const PolicySnapshot = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: ObjectMeta,
  spec: z
    .object({
      policy: PlacementPolicy.describe("The placement's policy; absent for PickAll.").optional(),
      policyHash: z.string().describe("Base64 of the policy's hash, which tells policies apart."),
    })
    .describe("The policy."),
  status: PolicySnapshotStatus.describe("Whom the policy picked.").optional(),
});
export type PolicySnapshot = z.infer<typeof PolicySnapshot>;
