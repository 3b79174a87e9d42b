import { z } from "zod";
import { Conditions } from "./conditions.js";
import { EnvelopeIdentifier } from "./envelope.js";
import { Condition } from "./meta.js";

/**
 * What a placement's status tells, of all clusters and of each.
 * Source: KubeFleet `apis/placement/v1beta1/clusterresourceplacement_types.go`.
 */

/** Names one object. */
export const ResourceIdentifier = z.object({
  group: z.string().describe("API group; absent for the core group.").optional(),
  version: z.string().describe("API version."),
  kind: z.string().describe("Kind."),
  name: z.string().describe("Name."),
  namespace: z.string().describe("Namespace; absent for cluster-scoped objects.").optional(),
  envelope: EnvelopeIdentifier.describe("The envelope that the object came in.").optional(),
});
export type ResourceIdentifier = z.infer<typeof ResourceIdentifier>;

export const FailedPlacement = ResourceIdentifier.extend({
  condition: Condition.describe("Why the object is not as it should be."),
});
export type FailedPlacement = z.infer<typeof FailedPlacement>;

const PatchDetail = z.object({
  path: z.string().describe("JSON pointer of the field."),
  valueInMember: z.string().describe("The field on the member.").optional(),
  valueInHub: z.string().describe("The field as placed.").optional(),
});

export const DriftedPlacement = ResourceIdentifier.extend({
  observationTime: z.string().describe("When the drift was last seen."),
  targetClusterObservedGeneration: z.number().int().describe("Generation on the member."),
  firstDriftedObservedTime: z.string().describe("When the drift was first seen."),
  observedDrifts: z.array(PatchDetail).describe("The fields that drifted.").optional(),
});
export type DriftedPlacement = z.infer<typeof DriftedPlacement>;

export const DiffedPlacement = ResourceIdentifier.extend({
  observationTime: z.string().describe("When the difference was last seen."),
  targetClusterObservedGeneration: z
    .number()
    .int()
    .nullable()
    .describe("Generation on the member; absent when the object is not there.")
    .optional(),
  firstDiffedObservedTime: z.string().describe("When the difference was first seen."),
  observedDiffs: z.array(PatchDetail).describe("The fields that differ.").optional(),
});
export type DiffedPlacement = z.infer<typeof DiffedPlacement>;

/** What could not be placed on one cluster, and why. Shared with bindings. */
export const PlacementProblems = z.object({
  failedPlacements: z
    .array(FailedPlacement)
    .max(100)
    .describe("Objects that could not be applied or do not work yet.")
    .optional(),
  driftedPlacements: z
    .array(DriftedPlacement)
    .max(100)
    .describe("Objects that something else changed on the member.")
    .optional(),
  diffedPlacements: z
    .array(DiffedPlacement)
    .max(100)
    .describe("Objects on the member that differ from what is to be placed.")
    .optional(),
});

export const PerClusterPlacementStatus = z.object({
  clusterName: z
    .string()
    .describe("The member cluster; absent when none could be found.")
    .optional(),
  observedResourceIndex: z
    .string()
    .describe("Index of the resource snapshot meant for the cluster.")
    .optional(),
  applicableResourceOverrides: z
    .array(z.object({ name: z.string(), namespace: z.string().optional() }))
    .describe("Namespaced overrides that apply on the cluster.")
    .optional(),
  applicableClusterResourceOverrides: z
    .array(z.string())
    .describe("Cluster-scoped overrides that apply on the cluster.")
    .optional(),
  ...PlacementProblems.shape,
  conditions: Conditions.describe("How far placing on the cluster is.").optional(),
});
export type PerClusterPlacementStatus = z.infer<typeof PerClusterPlacementStatus>;

export const PlacementStatus = z.object({
  selectedResources: z
    .array(ResourceIdentifier)
    .describe("The objects that the selectors select.")
    .optional(),
  observedResourceIndex: z
    .string()
    .describe("Index of the resource snapshot that the status is about.")
    .optional(),
  placementStatuses: z
    .array(PerClusterPlacementStatus)
    .describe("How far placing is on each cluster.")
    .optional(),
  conditions: Conditions.describe("How far placing is on all clusters together.").optional(),
});
export type PlacementStatus = z.infer<typeof PlacementStatus>;
