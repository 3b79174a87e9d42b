import { z } from "zod";
import { Conditions } from "./conditions.js";
import { KubeObject, ObjectMeta } from "./meta.js";

/** The resources of a placement at one moment. Source: KubeFleet `apis/placement/v1beta1/resourcesnapshot_types.go`. */
export const ResourceSnapshotSpec = z.object({
  selectedResources: z
    .array(
      KubeObject.meta({
        "x-kubernetes-preserve-unknown-fields": true,
        description: "An object as it was when the snapshot was taken.",
      }),
    )
    .describe("The selected objects, in a fixed order."),
});
export type ResourceSnapshotSpec = z.infer<typeof ResourceSnapshotSpec>;

/** ClusterResourceSnapshot and ResourceSnapshot. */
export const ResourceSnapshot = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: ObjectMeta,
  spec: ResourceSnapshotSpec.describe("What the snapshot holds."),
  status: z
    .object({ conditions: Conditions.describe("State of the snapshot.").optional() })
    .describe("State of the snapshot.")
    .optional(),
});
export type ResourceSnapshot = z.infer<typeof ResourceSnapshot>;
