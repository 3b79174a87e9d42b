import { z } from "zod";
import { ObjectMeta } from "./meta.js";
import { PlacementStatus } from "./placement-status.js";

/**
 * Copy of a ClusterResourcePlacement's status in the namespace it places, for people who may read only there.
 * Source: KubeFleet `apis/placement/v1beta1/clusterresourceplacement_types.go`.
 */
export const ClusterResourcePlacementStatus = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: ObjectMeta,
  sourceStatus: PlacementStatus.describe(
    "The placement's status, as far as it is about this namespace.",
  ).optional(),
  lastUpdatedTime: z.string().describe("When the copy was last brought up to date.").optional(),
});
export type ClusterResourcePlacementStatus = z.infer<typeof ClusterResourcePlacementStatus>;
