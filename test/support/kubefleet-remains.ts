import { customResourceDefinition } from "../../tools/crds/custom-resource-definition.js";
import { ownKinds } from "../../tools/crds/own-kinds.js";

const PLACEMENT = "placement.kubernetes-fleet.io";
const WORK = `${PLACEMENT}/v1beta1`;

const namespace = (name: string) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } });

/** What the placement selects, as it stands on the old hub and, marked, on its members. */
const SHOP = [
  namespace("shop"),
  {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "prices", namespace: "shop" },
    data: { apples: "2" },
  },
];

/** Definitions that KubeFleet's own charts install, as far as the documents' commands ask for them. */
function definitions(kinds: readonly string[]) {
  return ownKinds()
    .filter(({ kind }) => kinds.includes(kind))
    .map(customResourceDefinition);
}

/** Definitions for the hub that is left: its server knows these kinds, and acts upon none. */
export const oldHubDefinitions = definitions([
  "MemberCluster",
  "ClusterResourcePlacement",
  "ResourcePlacement",
  "ClusterResourceOverride",
  "ResourceOverride",
  "ClusterStagedUpdateStrategy",
  "ClusterStagedUpdateRun",
  "StagedUpdateRun",
]);

/** Objects of the hub that is left: a placement of one namespace on all members, and what it selects. */
export function oldHubObjects(members: readonly string[]): readonly object[] {
  return [
    ...SHOP,
    ...members.map((name) => ({
      apiVersion: "cluster.kubernetes-fleet.io/v1",
      kind: "MemberCluster",
      metadata: { name, labels: { ring: name } },
      spec: {},
    })),
    {
      apiVersion: `${PLACEMENT}/v1`,
      kind: "ClusterStagedUpdateStrategy",
      metadata: { name: "rings" },
      spec: { stages: [{ name: "all", labelSelector: {}, maxConcurrency: 3 }] },
    },
    {
      apiVersion: `${PLACEMENT}/v1`,
      kind: "ClusterResourcePlacement",
      metadata: { name: "shop", finalizers: ["kubernetes-fleet.io/crp-cleanup"] },
      spec: {
        resourceSelectors: [{ group: "", version: "v1", kind: "Namespace", name: "shop" }],
        policy: { placementType: "PickAll" },
        strategy: { type: "RollingUpdate" },
      },
    },
  ];
}

/** AppliedWorks, whose content no command of the documents reads. */
export const memberDefinitions = [
  {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `appliedworks.${PLACEMENT}` },
    spec: {
      group: PLACEMENT,
      scope: "Cluster",
      names: { kind: "AppliedWork", plural: "appliedworks", singular: "appliedwork" },
      versions: [
        {
          name: "v1beta1",
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
          },
        },
      ],
    },
  },
];

/** The agent of a member, and the AppliedWork of what it has placed there. */
export const memberObjects = [
  namespace("fleet-system"),
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "member-agent", namespace: "fleet-system" },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: "member-agent" } },
      template: {
        metadata: { labels: { app: "member-agent" } },
        spec: { containers: [{ name: "agent", image: "member-agent" }] },
      },
    },
  },
  {
    apiVersion: WORK,
    kind: "AppliedWork",
    metadata: { name: "shop-work" },
    spec: { workName: "shop-work", workNamespace: "fleet-member-member1" },
  },
];

/**
 * What the agent has placed, with the marks that it leaves.
 *
 * Source: KubeFleet work applier, owner reference and annotations.
 *
 * @param uid of the AppliedWork
 */
export function placedObjects(uid: string): readonly object[] {
  const owner = {
    apiVersion: WORK,
    kind: "AppliedWork",
    name: "shop-work",
    uid,
    blockOwnerDeletion: true,
  };
  return SHOP.map((object) => ({
    ...object,
    metadata: {
      ...object.metadata,
      ownerReferences: [owner],
      annotations: {
        "kubernetes-fleet.io/last-applied-configuration": JSON.stringify(object),
        "kubernetes-fleet.io/spec-hash": "0".repeat(64),
      },
    },
  }));
}
