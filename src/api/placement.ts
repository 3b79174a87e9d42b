import { z } from "zod";
import { LabelSelector, ObjectMeta } from "./meta.js";
import { PlacementStatus } from "./placement-status.js";
import { ClusterAffinity, Toleration, TopologySpreadConstraint } from "./scheduling-constraints.js";

/**
 * ClusterResourcePlacement and ResourcePlacement. A `default` in `meta` is filled in when an object is stored.
 * Source: KubeFleet `apis/placement/v1beta1/clusterresourceplacement_types.go`.
 */

const INT_OR_STRING = { "x-kubernetes-int-or-string": true };
/** A share of the clusters, from `0%` to `100%`. */
const SHARE_PATTERN = /^(100|[0-9]{1,2})%$/;

/** What to place: one object by name, or all of a kind, or those with matching labels. */
export const ResourceSelector = z.object({
  group: z.string().describe("API group of the selected kind; empty for the core group."),
  version: z.string().describe("API version of the selected kind."),
  kind: z.string().describe("Kind of the selected objects."),
  name: z.string().describe("Name of the one object to select; excludes labelSelector.").optional(),
  labelSelector: LabelSelector.describe(
    "Selects objects by their labels; excludes name.",
  ).optional(),
  selectionScope: z
    .enum(["NamespaceOnly", "NamespaceWithResources", "NamespaceWithResourceSelectors"])
    .meta({
      default: "NamespaceWithResources",
      description: "Whether a selected namespace brings the objects inside it along.",
    })
    .optional(),
});
export type ResourceSelector = z.infer<typeof ResourceSelector>;

/** Which clusters get the resources. */
export const PlacementPolicy = z.object({
  placementType: z
    .enum(["PickAll", "PickN", "PickFixed"])
    .meta({
      default: "PickAll",
      description: "Whether all, some or named member clusters are picked.",
    })
    .optional(),
  clusterNames: z
    .array(z.string())
    .max(100)
    .describe("Names of the member clusters, for PickFixed.")
    .optional(),
  numberOfClusters: z
    .number()
    .int()
    .min(0)
    .describe("How many member clusters to pick, for PickN.")
    .optional(),
  affinity: z
    .object({
      clusterAffinity: ClusterAffinity.describe("Rules on the clusters themselves.").optional(),
    })
    .describe("Which clusters are eligible and which are preferred.")
    .optional(),
  topologySpreadConstraints: z
    .array(TopologySpreadConstraint)
    .describe("How picked clusters are spread over domains, for PickN.")
    .optional(),
  tolerations: z
    .array(Toleration)
    .max(100)
    .describe("Taints of clusters that do not keep the placement away.")
    .optional(),
});
export type PlacementPolicy = z.infer<typeof PlacementPolicy>;

/** How objects are written to members and what happens when something else changed them. */
export const ApplyStrategy = z.object({
  comparisonOption: z
    .enum(["PartialComparison", "FullComparison"])
    .meta({
      default: "PartialComparison",
      description: "Whether only fields of the manifest count as differences, or all fields.",
    })
    .optional(),
  whenToApply: z
    .enum(["Always", "IfNotDrifted"])
    .meta({ default: "Always", description: "Whether drift on the member is overwritten." })
    .optional(),
  type: z
    .enum(["ClientSideApply", "ServerSideApply", "ReportDiff"])
    .meta({ default: "ClientSideApply", description: "How manifests are applied." })
    .optional(),
  allowCoOwnership: z
    .boolean()
    .describe("Whether objects that have other owners may be placed.")
    .optional(),
  serverSideApplyConfig: z
    .object({
      force: z
        .boolean()
        .meta({ default: false, description: "Whether conflicts are decided for the placement." })
        .optional(),
    })
    .describe("Settings of ServerSideApply.")
    .optional(),
  whenToTakeOver: z
    .enum(["Always", "IfNoDiff", "Never"])
    .meta({
      default: "Always",
      description: "Whether objects that exist on a member already become part of the placement.",
    })
    .optional(),
});
export type ApplyStrategy = z.infer<typeof ApplyStrategy>;

/** When and how new content moves to the picked clusters. */
export const RolloutStrategy = z.object({
  type: z
    .enum(["RollingUpdate", "External"])
    .meta({
      default: "RollingUpdate",
      description: "Whether content rolls out by itself or only through staged update runs.",
    })
    .optional(),
  rollingUpdate: z
    .object({
      maxUnavailable: z
        .union([z.number().int().min(0), z.string().regex(SHARE_PATTERN)])
        .meta({
          ...INT_OR_STRING,
          pattern: SHARE_PATTERN.source,
          default: "25%",
          description: "How many clusters may be without working resources.",
        })
        .optional(),
      maxSurge: z
        .union([z.number().int().min(0), z.string().regex(SHARE_PATTERN)])
        .meta({
          ...INT_OR_STRING,
          pattern: SHARE_PATTERN.source,
          default: "25%",
          description: "How many clusters may hold resources beyond the wanted number.",
        })
        .optional(),
      unavailablePeriodSeconds: z
        .number()
        .int()
        .min(0)
        .meta({
          default: 60,
          description: "Seconds to wait for resources whose health cannot be told.",
        })
        .optional(),
    })
    .describe("Settings of RollingUpdate.")
    .optional(),
  applyStrategy: ApplyStrategy.describe("How objects are written to members.").optional(),
  deleteStrategy: z
    .object({
      propagationPolicy: z
        .enum(["Delete", "Abandon"])
        .meta({
          default: "Delete",
          description: "Whether placed objects are deleted or left behind with the placement.",
        })
        .optional(),
    })
    .describe("What becomes of placed objects when the placement is deleted.")
    .optional(),
  reportBackStrategy: z
    .object({
      type: z
        .enum(["Disabled", "Mirror"])
        .meta({ default: "Disabled", description: "Whether members' status is copied back." }),
      destination: z
        .enum(["OriginalResource", "WorkAPI"])
        .describe("Where the copied status goes.")
        .optional(),
    })
    .describe("Whether the status of placed objects is reported back.")
    .optional(),
});
export type RolloutStrategy = z.infer<typeof RolloutStrategy>;

export const PlacementSpec = z.object({
  resourceSelectors: z
    .array(ResourceSelector)
    .min(1)
    .max(100)
    .describe("What to place; everything that any selector selects."),
  policy: PlacementPolicy.describe(
    "Which member clusters get the resources; all of them when omitted.",
  ).optional(),
  strategy: RolloutStrategy.describe(
    "When and how new content moves to the picked clusters.",
  ).optional(),
  revisionHistoryLimit: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .meta({ default: 10, description: "How many snapshots are kept for rolling back." })
    .optional(),
  statusReportingScope: z
    .enum(["ClusterScopeOnly", "NamespaceAccessible"])
    .meta({
      default: "ClusterScopeOnly",
      description: "Whether the status is also shown in the placed namespace.",
    })
    .optional(),
});
export type PlacementSpec = z.infer<typeof PlacementSpec>;

export const Placement = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: ObjectMeta,
  spec: PlacementSpec.describe("What is to be placed, where and how."),
  status: PlacementStatus.describe("How far placing is.").optional(),
});
export type Placement = z.infer<typeof Placement>;
