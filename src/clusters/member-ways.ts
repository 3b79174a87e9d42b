import { MemberClusterSpec } from "../api/member-cluster.js";
import type { MemberClusters } from "./member-connection.js";

/** Members by the way that their MemberCluster says they are reached. */
export function memberWays(ways: {
  readonly kubeconfig: MemberClusters;
  readonly aks: MemberClusters;
}): MemberClusters {
  return {
    connect(member, options) {
      const isAks = MemberClusterSpec.safeParse(member.spec).data?.aks !== undefined;
      return (isAks ? ways.aks : ways.kubeconfig).connect(member, options);
    },
  };
}
