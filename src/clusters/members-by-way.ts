import { MemberClusterSpec } from "../api/member-cluster.js";
import { type AksOptions, aksMembers } from "./aks/aks-members.js";
import { kubeconfigMembers } from "./kubeconfig-members.js";
import type { MemberClusters } from "./member-connection.js";

export interface MemberWays extends AksOptions {
  /** Path of the kubeconfig file whose contexts members name; undefined where there is none. */
  readonly kubeconfig: string | undefined;
}

/** Members by the way that their MemberCluster says they are reached. */
export function membersByWay({ kubeconfig, ...azure }: MemberWays): MemberClusters {
  const ways = { kubeconfig: kubeconfigMembers({ path: kubeconfig }), aks: aksMembers(azure) };
  return {
    connect(member, options) {
      const isAks = MemberClusterSpec.safeParse(member.spec).data?.aks !== undefined;
      return (isAks ? ways.aks : ways.kubeconfig).connect(member, options);
    },
  };
}
