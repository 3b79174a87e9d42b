import { z } from "zod";
import { MemberUnreachable } from "../member-connection.js";
import type { AksTarget } from "./aks-target.js";
import { type ArmAccess, describeCluster, userKubeconfig } from "./find-cluster.js";
import { addressIn } from "./user-kubeconfig.js";

export const MEMBER_ENDPOINTS_TABLE = "memberendpoints";

/** What is remembered of an AKS cluster; nothing of it is secret. */
export const KnownCluster = z.object({
  server: z.string(),
  /** PEM. */
  ca: z.string(),
  location: z.string(),
  entra: z.boolean(),
  azureRbac: z.boolean(),
  privateFqdn: z.string().optional(),
  /** RFC 3339: when Azure Resource Manager was asked. */
  refreshedAt: z.string(),
});
export type KnownCluster = z.infer<typeof KnownCluster>;

/** The part of the storage's documents that this needs. */
export interface ClusterRows {
  get(partition: string, row: string): Promise<{ readonly value: KnownCluster } | undefined>;
  upsert(partition: string, row: string, value: KnownCluster): Promise<unknown>;
}

const REMEMBERED = 20_000;

/**
 * Hosts and CAs of AKS clusters, asked for at Azure Resource Manager once and kept in storage: a rollout to many members
 * makes no requests there. Each process reads a row once.
 */
export class KnownClusters {
  private readonly access: ArmAccess;
  private readonly rows: ClusterRows;
  private readonly now: () => Date;
  private readonly remembered = new Map<string, KnownCluster>();
  private readonly asking = new Map<string, Promise<KnownCluster>>();

  constructor(access: ArmAccess, rows: ClusterRows, now: () => Date) {
    this.access = access;
    this.rows = rows;
    this.now = now;
  }

  /** @param notOlderThan RFC 3339 @throws MemberUnreachable */
  async find(target: AksTarget, notOlderThan?: string): Promise<KnownCluster> {
    const limit = notOlderThan === undefined ? Number.NEGATIVE_INFINITY : Date.parse(notOlderThan);
    const isFresh = ({ refreshedAt }: KnownCluster) => Date.parse(refreshedAt) >= limit;
    const key = keyOf(target);
    const remembered = this.remembered.get(key);
    const known =
      remembered && isFresh(remembered)
        ? remembered
        : (await this.rows.get(key, "endpoint"))?.value;
    if (!known || !isFresh(known)) return this.refresh(target);
    this.remember(key, known);
    return known;
  }

  /** Asks Azure Resource Manager; callers that come meanwhile share the answer. @throws MemberUnreachable */
  refresh(target: AksTarget): Promise<KnownCluster> {
    const key = keyOf(target);
    const asking = this.asking.get(key) ?? this.ask(key, target);
    this.asking.set(key, asking);
    return asking;
  }

  private async ask(key: string, target: AksTarget): Promise<KnownCluster> {
    try {
      const facts = await describeCluster(this.access, target);
      const { location, entra, azureRbac, privateFqdn } = facts;
      const address = addressIn(await userKubeconfig(this.access, target, location));
      if (!address) {
        throw new MemberUnreachable(
          "Unreachable",
          `${target.member}: the kubeconfig that Azure Resource Manager gives has no https server with a CA`,
        );
      }
      const known: KnownCluster = {
        ...address,
        location,
        entra,
        azureRbac,
        ...(privateFqdn !== undefined && { privateFqdn }),
        refreshedAt: this.now().toISOString(),
      };
      await this.rows.upsert(key, "endpoint", known);
      this.remember(key, known);
      return known;
    } finally {
      this.asking.delete(key);
    }
  }

  private remember(key: string, known: KnownCluster): void {
    if (this.remembered.size >= REMEMBERED) this.remembered.clear();
    this.remembered.set(key, known);
  }
}

/** Ids of Azure have no case. */
function keyOf({ resourceId }: AksTarget): string {
  return resourceId.toLowerCase();
}
