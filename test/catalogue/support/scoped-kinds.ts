import { expect } from "vitest";
import type { TestApi } from "../../apiserver/support/test-api.js";

/** Every entry of the catalogue holds for both scopes of the placement kinds unless it says otherwise. */
export type Scope = "Cluster" | "Namespaced";
export const SCOPES: readonly Scope[] = ["Cluster", "Namespaced"];

const GROUP = "placement.kubernetes-fleet.io";
/** Where namespaced objects live unless a test says otherwise. */
export const NAMESPACE = "team";

const KINDS = {
  run: { Cluster: "ClusterStagedUpdateRun", Namespaced: "StagedUpdateRun" },
  strategy: { Cluster: "ClusterStagedUpdateStrategy", Namespaced: "StagedUpdateStrategy" },
  request: { Cluster: "ClusterApprovalRequest", Namespaced: "ApprovalRequest" },
  placement: { Cluster: "ClusterResourcePlacement", Namespaced: "ResourcePlacement" },
  binding: { Cluster: "ClusterResourceBinding", Namespaced: "ResourceBinding" },
  snapshot: { Cluster: "ClusterResourceSnapshot", Namespaced: "ResourceSnapshot" },
  policy: { Cluster: "ClusterSchedulingPolicySnapshot", Namespaced: "SchedulingPolicySnapshot" },
} as const;
export type Role = keyof typeof KINDS;

const PLURALS = {
  run: { Cluster: "clusterstagedupdateruns", Namespaced: "stagedupdateruns" },
  strategy: { Cluster: "clusterstagedupdatestrategies", Namespaced: "stagedupdatestrategies" },
  request: { Cluster: "clusterapprovalrequests", Namespaced: "approvalrequests" },
  placement: { Cluster: "clusterresourceplacements", Namespaced: "resourceplacements" },
  binding: { Cluster: "clusterresourcebindings", Namespaced: "resourcebindings" },
  snapshot: { Cluster: "clusterresourcesnapshots", Namespaced: "resourcesnapshots" },
  policy: {
    Cluster: "clusterschedulingpolicysnapshots",
    Namespaced: "schedulingpolicysnapshots",
  },
} as const;

/** What a placement of each scope may select: a namespace with all that is in it, or the ConfigMap `cm` alone. */
export function selectorsOf(scope: Scope, namespace = NAMESPACE): readonly object[] {
  return scope === "Cluster"
    ? [{ group: "", version: "v1", kind: "Namespace", name: namespace }]
    : [{ group: "", version: "v1", kind: "ConfigMap", name: "cm" }];
}

/** Names, paths and manifests of the placement kinds in one scope. */
export function scopedKinds(scope: Scope, inNamespace = NAMESPACE) {
  const plural = (role: Role) => PLURALS[role][scope];
  const namespace = scope === "Namespaced" ? { namespace: inNamespace } : {};
  return {
    kind: (role: Role): string => KINDS[role][scope],
    manifest: (role: Role, name: string, spec: object, metadata: object = {}) => ({
      apiVersion: `${GROUP}/v1beta1`,
      kind: KINDS[role][scope],
      metadata: { name, ...namespace, ...metadata },
      spec,
    }),
    path: (role: Role, name?: string): string => {
      const inScope = scope === "Namespaced" ? `/namespaces/${inNamespace}` : "";
      const collection = `/apis/${GROUP}/v1beta1${inScope}/${plural(role)}`;
      return name === undefined ? collection : `${collection}/${name}`;
    },
    /** The object's place in the store. */
    ref: (role: Role, name: string) => ({
      group: GROUP,
      resource: plural(role),
      ...namespace,
      name,
    }),
    /** Namespaced objects need their namespace. */
    prepare: async (api: Pick<TestApi, "post">): Promise<void> => {
      const metadata = { name: inNamespace };
      const object = { apiVersion: "v1", kind: "Namespace", metadata };
      expect((await api.post("/api/v1/namespaces", object)).status).toBe(201);
    },
  };
}
