import { z } from "zod";
import { LabelSelector, ObjectMeta } from "./meta.js";
import { ResourceSelector } from "./placement.js";

/**
 * ClusterResourceOverride and ResourceOverride, and their snapshots: how placed objects differ from cluster to cluster.
 * Source: KubeFleet `apis/placement/v1beta1/override_types.go` and `overridesnapshot_types.go`.
 */

/** Only labels count; the other fields exist so that a refusal can name them. */
const OverrideClusterTerm = z.object({
  labelSelector: LabelSelector.describe("Selects member clusters by their labels.").optional(),
  propertySelector: z.unknown().describe("Not supported in overrides.").optional(),
  propertySorter: z.unknown().describe("Not supported in overrides.").optional(),
});

export const JsonPatchOverride = z.object({
  op: z.enum(["add", "remove", "replace"]).describe("What is done at the path."),
  path: z
    .string()
    .regex(/^\/.*/)
    .describe("JSON pointer of the field; only labels and annotations of the metadata."),
  value: z
    .unknown()
    .describe(
      // biome-ignore lint/suspicious/noTemplateCurlyInString: these are the variables' names
      "The new value. ${MEMBER-CLUSTER-NAME} and ${MEMBER-CLUSTER-LABEL-KEY-<key>} in its texts are replaced.",
    )
    .optional(),
});
export type JsonPatchOverride = z.infer<typeof JsonPatchOverride>;

export const OverrideRule = z.object({
  clusterSelector: z
    .object({
      clusterSelectorTerms: z
        .array(OverrideClusterTerm)
        .max(10)
        .describe("Terms of which at least one must match; none matches every cluster."),
    })
    .describe("The member clusters that the rule is for; none when absent, all when empty.")
    .optional(),
  overrideType: z
    .enum(["JSONPatch", "Delete"])
    .meta({
      default: "JSONPatch",
      description: "Whether the objects are patched, or not placed at all.",
    })
    .optional(),
  jsonPatchOverrides: z
    .array(JsonPatchOverride)
    .min(1)
    .max(20)
    .describe("The operations of a JSONPatch, in order.")
    .optional(),
});
export type OverrideRule = z.infer<typeof OverrideRule>;

const OverridePolicy = z.object({
  overrideRules: z
    .array(OverrideRule)
    .min(1)
    .max(20)
    .describe("Rules, carried out in order where they match: the last one wins."),
});

const placement = z
  .object({
    name: z.string().describe("Name of the placement."),
    scope: z
      .enum(["Cluster", "Namespaced"])
      .meta({
        default: "Cluster",
        description: "Whether it is a ClusterResourcePlacement or a ResourcePlacement.",
      })
      .optional(),
  })
  .describe("The one placement that is meant; every placement of the objects when absent.")
  .optional();

const policy = OverridePolicy.describe("What is changed, and for which member clusters.");

export const ClusterResourceOverrideSpec = z.object({
  placement,
  clusterResourceSelectors: z
    .array(ResourceSelector)
    .min(1)
    .max(20)
    .describe("Cluster-scoped objects by name; a Namespace stands for everything inside as well."),
  policy,
});
export type ClusterResourceOverrideSpec = z.infer<typeof ClusterResourceOverrideSpec>;

export const ResourceOverrideSpec = z.object({
  placement,
  resourceSelectors: z
    .array(
      z.object({
        group: z.string().describe("API group of the object; empty for the core group."),
        version: z.string().describe("API version of the object."),
        kind: z.string().describe("Kind of the object."),
        name: z.string().describe("Name of the object, in the override's namespace."),
      }),
    )
    .min(1)
    .max(20)
    .describe("Objects of the override's own namespace."),
  policy,
});
export type ResourceOverrideSpec = z.infer<typeof ResourceOverrideSpec>;

const identity = { apiVersion: z.string(), kind: z.string(), metadata: ObjectMeta };

export const ClusterResourceOverride = z.object({
  ...identity,
  spec: ClusterResourceOverrideSpec.describe("What is overridden, how and where."),
});

export const ResourceOverride = z.object({
  ...identity,
  spec: ResourceOverrideSpec.describe("What is overridden, how and where."),
});

const overrideHash = z
  .string()
  .describe("Base64 of the hex SHA-256 of the override's spec: tells revisions apart.");

export const ClusterResourceOverrideSnapshot = z.object({
  ...identity,
  spec: z
    .object({
      overrideSpec: ClusterResourceOverrideSpec.describe("The override's spec at that time."),
      overrideHash,
    })
    .describe("One revision of an override."),
});
export type ClusterResourceOverrideSnapshot = z.infer<typeof ClusterResourceOverrideSnapshot>;

export const ResourceOverrideSnapshot = z.object({
  ...identity,
  spec: z
    .object({
      overrideSpec: ResourceOverrideSpec.describe("The override's spec at that time."),
      overrideHash,
    })
    .describe("One revision of an override."),
});
export type ResourceOverrideSnapshot = z.infer<typeof ResourceOverrideSnapshot>;

/** The override snapshots of one cluster, as bindings and runs name them; both absent when there is none. */
export const OverrideSnapshotNames = z.object({
  clusterResourceOverrideSnapshots: z.array(z.string()).optional(),
  resourceOverrideSnapshots: z
    .array(z.object({ name: z.string(), namespace: z.string() }))
    .optional(),
});
export type OverrideSnapshotNames = z.infer<typeof OverrideSnapshotNames>;
