import type { Agent } from "node:http";
import type { TokenCredential } from "@azure/identity";
import { httpConnection } from "../http-connection.js";
import { keepAliveAgent, type TlsOptions } from "../http-exchange.js";
import {
  type MemberClusters,
  type MemberConnection,
  MemberUnreachable,
} from "../member-connection.js";
import { AksConnection } from "./aks-connection.js";
import { type AksTarget, aksTarget } from "./aks-target.js";
import { ArmTurns } from "./arm-turns.js";
import { type ArmAccess, requireEntra, userKubeconfig } from "./find-cluster.js";
import { type ClusterRows, type KnownCluster, KnownClusters } from "./known-clusters.js";
import { Remedies } from "./remedies.js";
import { resourceManager } from "./resource-manager.js";
import { TokenSource } from "./token-source.js";
import { certificateIn } from "./user-kubeconfig.js";

export interface AksOptions {
  readonly credential: TokenCredential;
  readonly resourceManagerEndpoint: string;
  /** Where hosts and CAs are kept. */
  readonly rows: ClusterRows;
  readonly now: () => Date;
}

/**
 * Members that are AKS clusters, as `spec.aks` of a MemberCluster names them. Azure Resource Manager says where their
 * API servers are, once; one token of the app's identity opens them all.
 */
export function aksMembers(options: AksOptions): MemberClusters {
  const now = () => options.now().getTime();
  const tokens = new TokenSource(options.credential, now);
  const access: ArmAccess = {
    arm: resourceManager(tokens, options.resourceManagerEndpoint),
    turns: new ArmTurns(now),
  };
  const clusters = new KnownClusters(access, options.rows, options.now);
  const remedies = new Remedies(access, clusters, now);
  const tools = { tokens, remedies, agentOf: sharedAgents() };

  return {
    async connect(member, { notOlderThan } = {}) {
      const target = aksTarget(member);
      const known = await clusters.find(target, notOlderThan);
      requireEntra(target, known);
      return known.entra
        ? new AksConnection(tools, target, known)
        : localAccountConnection(access, target, known);
    },
  };
}

/** Connections to a server stay open between activities, as long as its address and CA stay the same. */
function sharedAgents(): (known: KnownCluster) => Agent {
  const agents = new Map<string, { readonly ca: string; readonly agent: Agent }>();
  return ({ server, ca }) => {
    const shared = agents.get(server);
    if (shared?.ca === ca) return shared.agent;
    const agent = keepAliveAgent(new URL(server), { ca });
    agents.set(server, { ca, agent });
    return agent;
  };
}

/** With the certificate of the cluster's local account, which nothing but this connection holds. */
async function localAccountConnection(
  access: ArmAccess,
  target: AksTarget,
  { server, ca, location, refreshedAt }: KnownCluster,
): Promise<MemberConnection> {
  const certificate = certificateIn(await userKubeconfig(access, target, location));
  if (!certificate) {
    throw new MemberUnreachable(
      "Misconfigured",
      `${target.member}: the AKS cluster ${target.id.name} was without Microsoft Entra at ${refreshedAt}, and gives no local account now: POST …/memberclusters/${target.member}/refresh`,
    );
  }
  const url = new URL(server);
  const tls: TlsOptions = { ca, ...certificate };
  const connection = httpConnection(target.member, {
    server: url,
    agent: keepAliveAgent(url, tls),
    headers: () => Promise.resolve({}),
  });
  return { ...connection, found: { server, refreshedAt } };
}
