import { type ManagedClusterId, parseManagedClusterId } from "../../api/managed-cluster-id.js";
import { MemberClusterSpec } from "../../api/member-cluster.js";
import type { KubeObject } from "../../api/meta.js";
import { MemberUnreachable } from "../member-connection.js";

/** An AKS cluster that is a member. */
export interface AksTarget {
  readonly member: string;
  readonly id: ManagedClusterId;
  /** As the MemberCluster writes it, for messages and for roles. */
  readonly resourceId: string;
  readonly allowLocalAccounts: boolean;
}

/** @throws MemberUnreachable (Misconfigured) */
export function aksTarget({ metadata: { name }, spec }: KubeObject): AksTarget {
  const aks = MemberClusterSpec.safeParse(spec).data?.aks;
  const id = aks && parseManagedClusterId(aks.resourceId);
  if (id) {
    const { resourceId, allowLocalAccounts = false } = aks;
    return { member: name, id, resourceId, allowLocalAccounts };
  }
  throw new MemberUnreachable(
    "Misconfigured",
    `${name}: spec.aks.resourceId is not the id of an AKS cluster`,
  );
}
