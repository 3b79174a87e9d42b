import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { inject, vi } from "vitest";
import type { KubeObject } from "../../../src/api/meta.js";
import { aksMembers } from "../../../src/clusters/aks/aks-members.js";
import { KnownCluster } from "../../../src/clusters/aks/known-clusters.js";
import { azureCredential } from "../../../src/clusters/azure-credential.js";
import type { MemberClusters, MemberResponse } from "../../../src/clusters/member-connection.js";
import { connectStorage } from "../../../src/storage/connect-storage.js";
import {
  type CertificateAuthority,
  certificateAuthority,
} from "../../support/azure/certificates.js";
import { type ClusterServer, startClusterServer } from "../../support/azure/cluster-server.js";
import type { StandInCluster } from "../../support/azure/managed-clusters.js";
import { type AzureStandIn, startAzure } from "../../support/azure/stand-in.js";
import { freshPrefix } from "../../support/table-prefix.js";

export const GROUP = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/prod";
const ENTRA = { managed: true, enableAzureRBAC: true };

export function idOf({ metadata: { name } }: KubeObject): string {
  return `${GROUP}/providers/Microsoft.ContainerService/managedClusters/${name}`;
}

/** Asks a member for its version. */
export async function ask(members: MemberClusters, member: KubeObject): Promise<MemberResponse> {
  return (await members.connect(member)).request({ method: "GET", path: "/version" });
}

export async function storedRows() {
  const connectionString = inject("azurite");
  const account = { kind: "connectionString", connectionString } as const;
  const storage = connectStorage({ ...account, prefix: freshPrefix() });
  const rows = storage.documents("memberendpoints", KnownCluster);
  await storage.prepare();
  return rows;
}

/** AKS clusters that one API server stands for, and a clock that the test turns. */
export class FleetAtAzure {
  readonly azure: AzureStandIn;
  readonly clusterCa: CertificateAuthority;
  readonly server: ClusterServer;
  clock = Date.now();
  private count = 0;

  /** @param azure shared by the tests of a file: only then does this process trust it */
  static async start(azure: AzureStandIn): Promise<FleetAtAzure> {
    const clusterCa = certificateAuthority("cluster");
    return new FleetAtAzure(azure, clusterCa, await startClusterServer(clusterCa));
  }

  private constructor(azure: AzureStandIn, ca: CertificateAuthority, server: ClusterServer) {
    this.azure = azure;
    this.clusterCa = ca;
    this.server = server;
  }

  /** What one process of the app knows and remembers. */
  newProcess(
    rows: Awaited<ReturnType<typeof storedRows>>,
    clientId = this.azure.identity.clientId,
  ): MemberClusters {
    return aksMembers({
      credential: azureCredential(clientId),
      resourceManagerEndpoint: this.azure.url,
      rows,
      now: () => new Date(this.clock),
    });
  }

  /** A member whose cluster Azure knows like that. */
  join(cluster: Partial<StandInCluster> = {}, aks: object = {}): KubeObject {
    this.count += 1;
    const member: KubeObject = {
      apiVersion: "cluster.kubernetes-fleet.io/v1",
      kind: "MemberCluster",
      metadata: { name: `west-${this.count}-${freshPrefix()}` },
    };
    this.change(member, cluster);
    return { ...member, spec: { aks: { resourceId: idOf(member), ...aks } } };
  }

  change(member: KubeObject, cluster: Partial<StandInCluster>): void {
    const running = { server: this.server.url, ca: this.clusterCa.cert, aadProfile: ENTRA };
    this.azure.clusters.set(idOf(member), { ...running, ...cluster });
  }

  /** What Azure Resource Manager was asked about a member, such as `GET` or `POST /listClusterUserCredential`. */
  asked(member: KubeObject): readonly string[] {
    const { name } = member.metadata;
    return this.azure.requests
      .filter((line) => line.includes(`/${name}`))
      .map((line) => line.replace(/ .*managedClusters\/[^/]+/i, " ").trim());
  }
}

/** Azure on this machine, which this process trusts from now on and takes its identity from. */
export async function startTrustedAzure(): Promise<AzureStandIn> {
  const azure = await startAzure();
  setDefaultCACertificates([...getCACertificates("default"), azure.ca.cert]);
  useIdentityOf(azure);
  return azure;
}

export function useIdentityOf({ environment }: AzureStandIn): void {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
}
