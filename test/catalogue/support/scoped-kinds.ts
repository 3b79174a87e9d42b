import { expect } from "vitest";
import type { TestApi } from "../../apiserver/support/test-api.js";

/** Every entry of the catalogue holds for both scopes of the placement kinds unless it says otherwise. */
export type Scope = "Cluster" | "Namespaced";
export const SCOPES: readonly Scope[] = ["Cluster", "Namespaced"];

const GROUP = "placement.kubernetes-fleet.io";
/** Where namespaced objects live. */
export const NAMESPACE = "team";

const KINDS = {
  run: { Cluster: "ClusterStagedUpdateRun", Namespaced: "StagedUpdateRun" },
  strategy: { Cluster: "ClusterStagedUpdateStrategy", Namespaced: "StagedUpdateStrategy" },
  request: { Cluster: "ClusterApprovalRequest", Namespaced: "ApprovalRequest" },
  placement: { Cluster: "ClusterResourcePlacement", Namespaced: "ResourcePlacement" },
} as const;
export type Role = keyof typeof KINDS;

const PLURALS = {
  run: { Cluster: "clusterstagedupdateruns", Namespaced: "stagedupdateruns" },
  strategy: { Cluster: "clusterstagedupdatestrategies", Namespaced: "stagedupdatestrategies" },
  request: { Cluster: "clusterapprovalrequests", Namespaced: "approvalrequests" },
  placement: { Cluster: "clusterresourceplacements", Namespaced: "resourceplacements" },
} as const;

/** What a placement of each scope may select. */
export const SELECTORS = {
  Cluster: [{ group: "", version: "v1", kind: "Namespace", name: NAMESPACE }],
  Namespaced: [{ group: "", version: "v1", kind: "ConfigMap", name: "cm" }],
} as const;

/** Names, paths and manifests of the placement kinds in one scope. */
export function scopedKinds(scope: Scope) {
  const plural = (role: Role) => PLURALS[role][scope];
  const namespace = scope === "Namespaced" ? { namespace: NAMESPACE } : {};
  return {
    kind: (role: Role): string => KINDS[role][scope],
    manifest: (role: Role, name: string, spec: object, metadata: object = {}) => ({
      apiVersion: `${GROUP}/v1beta1`,
      kind: KINDS[role][scope],
      metadata: { name, ...namespace, ...metadata },
      spec,
    }),
    path: (role: Role, name?: string): string => {
      const inScope = scope === "Namespaced" ? `/namespaces/${NAMESPACE}` : "";
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
      const metadata = { name: NAMESPACE };
      const object = { apiVersion: "v1", kind: "Namespace", metadata };
      expect((await api.post("/api/v1/namespaces", object)).status).toBe(201);
    },
  };
}
