import { z } from "zod";
import { Conditions } from "./conditions.js";
import { ObjectMeta } from "./meta.js";
import { ApplyStrategy } from "./placement.js";
import { PlacementProblems } from "./placement-status.js";
import { ClusterDecision } from "./policy-snapshot.js";

/** Which snapshot one cluster gets. Source: KubeFleet `apis/placement/v1beta1/binding_types.go`. */
export const ResourceBindingSpec = z.object({
  state: z
    .enum(["Scheduled", "Bound", "Unscheduled"])
    .describe("Whether the cluster is picked, has been rolled out to, or is picked no more."),
  resourceSnapshotName: z
    .string()
    .describe("The master resource snapshot for the cluster; empty before its first rollout."),
  resourceOverrideSnapshots: z
    .array(z.object({ name: z.string(), namespace: z.string() }))
    .describe("Namespaced overrides to apply.")
    .optional(),
  clusterResourceOverrideSnapshots: z
    .array(z.string())
    .describe("Cluster-scoped overrides to apply.")
    .optional(),
  schedulingPolicySnapshotName: z
    .string()
    .describe("The policy snapshot that picked the cluster.")
    .optional(),
  targetCluster: z.string().describe("The member cluster."),
  clusterDecision: ClusterDecision.describe("Why the cluster was picked."),
  applyStrategy: ApplyStrategy.describe("How objects are written to the cluster.").optional(),
});
export type ResourceBindingSpec = z.infer<typeof ResourceBindingSpec>;

export const ResourceBindingStatus = z.object({
  ...PlacementProblems.shape,
  conditions: Conditions.describe("How far the rollout to the cluster is.").optional(),
});
export type ResourceBindingStatus = z.infer<typeof ResourceBindingStatus>;

/** ClusterResourceBinding and ResourceBinding: a placement on one cluster. */
export const ResourceBinding = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: ObjectMeta,
  spec: ResourceBindingSpec.describe("What the cluster is to get."),
  status: ResourceBindingStatus.describe("How far the rollout to the cluster is.").optional(),
});
export type ResourceBinding = z.infer<typeof ResourceBinding>;
