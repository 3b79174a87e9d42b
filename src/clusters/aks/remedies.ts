import { MemberUnreachable, type UnreachableReason } from "../member-connection.js";
import type { AksTarget } from "./aks-target.js";
import { type ArmAccess, describeCluster } from "./find-cluster.js";
import type { KnownCluster, KnownClusters } from "./known-clusters.js";

/** Credentials are scarce (one a second): a cluster that stays out of reach gets its share of them and no more. */
const FIND_AGAIN_MS = 10 * 60_000;
const LOOK_AGAIN_MS = 60_000;

/** Findings that say more than the network does; with any other the network's own words are better. */
const TELLING: readonly UnreachableReason[] = ["ClusterStopped", "ClusterDeleted"];

interface Look {
  readonly at: number;
  readonly finding: Promise<KnownCluster | undefined>;
}

/** What may help when a cluster cannot be reached. Each answers with what to try instead, if there is anything. */
export class Remedies {
  private readonly access: ArmAccess;
  private readonly clusters: KnownClusters;
  private readonly now: () => number;
  private readonly looks = new Map<string, Look>();

  constructor(access: ArmAccess, clusters: KnownClusters, now: () => number) {
    this.access = access;
    this.clusters = clusters;
    this.now = now;
  }

  /** Host and CA, asked for anew; undefined when they are the same. What comes between stays the first failure. */
  async findAgain(target: AksTarget, known: KnownCluster): Promise<KnownCluster | undefined> {
    if (this.now() - Date.parse(known.refreshedAt) < FIND_AGAIN_MS) return undefined;
    return this.findNewer(target, known);
  }

  private async findNewer(
    target: AksTarget,
    known: KnownCluster,
  ): Promise<KnownCluster | undefined> {
    const after = new Date(Date.parse(known.refreshedAt) + 1).toISOString();
    const found = await tellingOnly(() => this.clusters.find(target, after));
    const isSame = found?.server === known.server && found.ca === known.ca;
    return isSame ? undefined : found;
  }

  /**
   * Asks whether the cluster is there and runs, and where.
   *
   * @throws MemberUnreachable when it is stopped or gone
   */
  async lookAtCluster(target: AksTarget, known: KnownCluster): Promise<KnownCluster | undefined> {
    const key = target.resourceId.toLowerCase();
    const last = this.looks.get(key);
    if (last && this.now() - last.at < LOOK_AGAIN_MS) return await last.finding;
    const finding = tellingOnly(() => this.look(target, known));
    this.looks.set(key, { at: this.now(), finding });
    return await finding;
  }

  private async look(target: AksTarget, known: KnownCluster): Promise<KnownCluster | undefined> {
    const { fqdn, privateFqdn } = await describeCluster(this.access, target);
    const { hostname } = new URL(known.server);
    return [fqdn, privateFqdn].includes(hostname) ? undefined : this.findNewer(target, known);
  }
}

/** Runs a look whose own trouble does not matter beside the failure that it is to explain. */
async function tellingOnly(
  look: () => Promise<KnownCluster | undefined>,
): Promise<KnownCluster | undefined> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof MemberUnreachable) || TELLING.includes(error.reason)) throw error;
    return undefined;
  }
}
