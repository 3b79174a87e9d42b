import { MemberUnreachable, type UnreachableReason } from "../member-connection.js";
import type { AksTarget } from "./aks-target.js";
import type { KnownCluster } from "./known-clusters.js";
import { networkFailure } from "./network-failure.js";

interface Explanation {
  readonly reason: UnreachableReason;
  readonly advice: string;
}

/** A failure to reach a cluster with what it means for AKS, and what to do. */
export function explained(
  failure: MemberUnreachable,
  target: AksTarget,
  known: KnownCluster,
): MemberUnreachable {
  const explanation = explanationOf(failure, target, known);
  if (!explanation) return failure;
  const { reason, advice } = explanation;
  return new MemberUnreachable(reason, `${failure.message}; ${advice}`, { cause: failure });
}

function explanationOf(
  failure: MemberUnreachable,
  { id }: AksTarget,
  { server, refreshedAt, privateFqdn }: KnownCluster,
): Explanation | undefined {
  const { hostname } = new URL(server);
  if (failure.reason === "Unauthorized") {
    const advice =
      "the API server does not take the token of the app's identity: cluster and identity have to be in the same tenant";
    return { reason: "Unauthorized", advice };
  }
  if (failure.reason !== "Unreachable") return undefined;
  switch (networkFailure(failure)) {
    case "Certificate":
      return {
        reason: "CertificateNotTrusted",
        advice: `its certificate is not of the CA that Azure Resource Manager gave at ${refreshedAt}; if something between rewrites TLS, let it pass; if the CA was rotated meanwhile: POST …/memberclusters/{name}/refresh`,
      };
    case "Name":
      if (hostname !== privateFqdn && !hostname.includes(".privatelink.")) return undefined;
      return {
        reason: "PrivateNameNotResolved",
        advice: `the API server of ${id.name} is private: run the app in a virtual network (VNET_ENABLED), link the private DNS zone of ${hostname} to it, and peer the networks`,
      };
    case "Other":
      return undefined;
  }
}
