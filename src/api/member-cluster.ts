import { z } from "zod";
import { Conditions } from "./conditions.js";
import { MANAGED_CLUSTER_ID_SHAPE } from "./managed-cluster-id.js";
import { ObjectMeta } from "./meta.js";

/**
 * A cluster of the fleet. Its labels decide about stages and placement.
 * Source: KubeFleet `apis/cluster/v1beta1/membercluster_types.go`; `kubeconfig` and `aks` are ours, because no agent reports in.
 */
export const MemberClusterSpec = z.object({
  kubeconfig: z
    .object({
      context: z
        .string()
        .min(1)
        .describe("Context of the kubeconfig file that the server was started with."),
    })
    .describe("Reaches the cluster through a kubeconfig context; for local development.")
    .optional(),
  aks: z
    .object({
      resourceId: z
        .string()
        .min(1)
        .describe(`Id of the AKS cluster at Azure Resource Manager: ${MANAGED_CLUSTER_ID_SHAPE}.`),
      allowLocalAccounts: z
        .boolean()
        .describe(
          "Lets a cluster without Microsoft Entra integration in, with the certificate of its local account.",
        )
        .optional(),
    })
    .describe("Reaches an AKS cluster with the app's identity.")
    .optional(),
  identity: z
    .object({
      kind: z.string().describe("Kind of the subject."),
      name: z.string().describe("Name of the subject."),
      apiGroup: z.string().describe("API group of the subject.").optional(),
      namespace: z.string().describe("Namespace of the subject.").optional(),
    })
    .describe("Subject of a member agent; kept for KubeFleet manifests and not used.")
    .optional(),
  heartbeatPeriodSeconds: z
    .number()
    .int()
    .min(1)
    .max(600)
    .meta({ default: 60, description: "How often a member agent would report, in seconds." })
    .optional(),
  taints: z
    .array(
      z.object({
        key: z.string().describe("Key of the taint."),
        value: z.string().describe("Value of the taint.").optional(),
        effect: z.enum(["NoSchedule"]).describe("What the taint keeps away."),
      }),
    )
    .max(100)
    .describe("Keeps placements away that do not tolerate them.")
    .optional(),
  deleteOptions: z
    .object({
      validationMode: z
        .enum(["Strict", "Skip"])
        .meta({
          default: "Strict",
          description:
            "Whether leaving is refused while the cluster exports services; no service is exported here.",
        })
        .optional(),
    })
    .describe("How the cluster leaves the fleet.")
    .optional(),
});
export type MemberClusterSpec = z.infer<typeof MemberClusterSpec>;

/** Resource amounts by name, such as `cpu`. */
const Amounts = z.record(z.string(), z.string());

export const MemberClusterStatus = z.object({
  conditions: Conditions.describe("Whether the cluster has joined and is healthy.").optional(),
  properties: z
    .record(z.string(), z.object({ value: z.string(), observationTime: z.string().optional() }))
    .describe("What is known about the cluster, by property name.")
    .optional(),
  resourceUsage: z
    .object({
      capacity: Amounts.describe("What the nodes have.").optional(),
      allocatable: Amounts.describe("What workloads may use.").optional(),
      available: Amounts.describe("What is left.").optional(),
      observationTime: z.string().describe("When it was measured.").optional(),
    })
    .describe("Room on the cluster.")
    .optional(),
  agentStatus: z
    .array(
      z.object({
        type: z.string().describe("The agent."),
        conditions: Conditions.describe("State of the agent.").optional(),
        lastReceivedHeartbeat: z.string().describe("When it last reported.").optional(),
      }),
    )
    .describe("State of member agents, where there are any.")
    .optional(),
});
export type MemberClusterStatus = z.infer<typeof MemberClusterStatus>;

export const MemberCluster = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: ObjectMeta,
  spec: MemberClusterSpec.describe("How to reach the cluster, and what it takes."),
  status: MemberClusterStatus.describe("What is known about the cluster.").optional(),
});
export type MemberCluster = z.infer<typeof MemberCluster>;
