import { z } from "zod";
import { LabelSelector } from "./meta.js";

/** Compares a property of a member cluster. Source: KubeFleet placement v1 `PropertySelectorRequirement`. */
export const PropertyRequirement = z.object({
  name: z.string().describe("Name of the member cluster's property."),
  operator: z
    .enum(["Gt", "Ge", "Lt", "Le", "Eq", "Ne"])
    .describe("How the property is compared with the value."),
  values: z.array(z.string()).max(1).describe("The value to compare with, as a single item."),
});
export type PropertyRequirement = z.infer<typeof PropertyRequirement>;

/** Which clusters a term is about. Source: KubeFleet placement v1 `ClusterSelectorTerm`. */
export const ClusterSelectorTerm = z.object({
  labelSelector: LabelSelector.describe("Selects clusters by their labels.").optional(),
  propertySelector: z
    .object({
      matchExpressions: z
        .array(PropertyRequirement)
        .describe("Requirements that must all hold for a cluster."),
    })
    .describe("Selects clusters by what they report about themselves.")
    .optional(),
  propertySorter: z
    .object({
      name: z.string().describe("Name of the property to sort by."),
      sortOrder: z
        .enum(["Descending", "Ascending"])
        .describe("Whether large or small values come first."),
    })
    .describe("Ranks clusters by one of their properties.")
    .optional(),
});
export type ClusterSelectorTerm = z.infer<typeof ClusterSelectorTerm>;

/** Source: KubeFleet placement v1 `PreferredClusterSelector`. */
export const PreferredClusterSelector = z.object({
  weight: z
    .number()
    .int()
    .min(-100)
    .max(100)
    .describe("What matching this term adds to a cluster's score."),
  preference: ClusterSelectorTerm.describe("The clusters that get the weight."),
});
export type PreferredClusterSelector = z.infer<typeof PreferredClusterSelector>;

/** Source: KubeFleet placement v1 `ClusterAffinity`. */
export const ClusterAffinity = z.object({
  requiredDuringSchedulingIgnoredDuringExecution: z
    .object({
      clusterSelectorTerms: z
        .array(ClusterSelectorTerm)
        .max(10)
        .describe("Terms of which at least one must match a cluster."),
    })
    .describe("What a cluster needs to be picked at all.")
    .optional(),
  preferredDuringSchedulingIgnoredDuringExecution: z
    .array(PreferredClusterSelector)
    .describe("What makes a cluster a better pick than others.")
    .optional(),
});
export type ClusterAffinity = z.infer<typeof ClusterAffinity>;

/** Source: KubeFleet placement v1 `TopologySpreadConstraint`. */
export const TopologySpreadConstraint = z.object({
  maxSkew: z
    .number()
    .int()
    .min(1)
    .meta({ default: 1, description: "How uneven the spread may become." })
    .optional(),
  topologyKey: z.string().describe("Label whose values are the domains to spread over."),
  whenUnsatisfiable: z
    .enum(["DoNotSchedule", "ScheduleAnyway"])
    .meta({ default: "DoNotSchedule", description: "What to do when the spread cannot be kept." })
    .optional(),
});
export type TopologySpreadConstraint = z.infer<typeof TopologySpreadConstraint>;

/** Source: KubeFleet placement v1 `Toleration`. */
export const Toleration = z.object({
  key: z.string().describe("Key of the tolerated taint; empty stands for every key.").optional(),
  operator: z
    .enum(["Equal", "Exists"])
    .meta({ default: "Equal", description: "How the taint's value is compared." })
    .optional(),
  value: z.string().describe("Value of the tolerated taint.").optional(),
  effect: z
    .enum(["NoSchedule"])
    .describe("Effect of the tolerated taint; empty stands for every effect.")
    .optional(),
});
export type Toleration = z.infer<typeof Toleration>;
