import type { MemberCluster } from "../api/member-cluster.js";
import type { TopologySpreadConstraint } from "../api/scheduling-constraints.js";

/** What one more placement on a cluster would mean for the spread. */
export interface SpreadVerdict {
  /** Why the cluster may not be picked; undefined when it may. */
  readonly violation?: string;
  /** Larger is better: a point for making the spread more even, and one less for making it less so. */
  readonly score: number;
}

const DEFAULT_MAX_SKEW = 1;
/** What breaking a constraint costs that is only to be kept if possible. Source: KubeFleet. */
const VIOLATION_PENALTY = 1000;

/**
 * How evenly a placement is spread over the domains of its constraints while its clusters are picked one after the
 * other. Every member of the fleet counts for what domains there are; one without the label is in none, and may always
 * be picked. Source: KubeFleet scheduler, topology spread constraints plugin.
 */
export class TopologySpread {
  private readonly constraints: readonly CountedConstraint[];

  constructor(
    constraints: readonly TopologySpreadConstraint[],
    members: readonly MemberCluster[],
    picked: readonly MemberCluster[],
  ) {
    this.constraints = constraints.map((constraint) => new CountedConstraint(constraint, members));
    for (const member of picked) this.place(member);
  }

  /** Equal for members of the same domains: they are always judged alike. */
  domainsOf(member: MemberCluster): string {
    return JSON.stringify(this.constraints.map((constraint) => constraint.domainOf(member)));
  }

  place(member: MemberCluster): void {
    for (const constraint of this.constraints) constraint.place(member);
  }

  judge(member: MemberCluster): SpreadVerdict {
    const verdicts = this.constraints.map((constraint) => constraint.judge(member));
    const violation = verdicts.find((verdict) => verdict.violation !== undefined)?.violation;
    const score = verdicts.reduce((sum, verdict) => sum + verdict.score, 0);
    return { ...(violation !== undefined && { violation }), score };
  }
}

class CountedConstraint {
  private readonly constraint: TopologySpreadConstraint;
  private readonly placedIn = new Map<string, number>();

  constructor(constraint: TopologySpreadConstraint, members: readonly MemberCluster[]) {
    this.constraint = constraint;
    for (const member of members) {
      const domain = this.domainOf(member);
      if (domain !== undefined) this.placedIn.set(domain, 0);
    }
  }

  place(member: MemberCluster): void {
    const domain = this.domainOf(member);
    if (domain !== undefined) this.placedIn.set(domain, (this.placedIn.get(domain) ?? 0) + 1);
  }

  judge(member: MemberCluster): SpreadVerdict {
    const domain = this.domainOf(member);
    if (domain === undefined) return { score: 0 };
    const { maxSkew = DEFAULT_MAX_SKEW, topologyKey, whenUnsatisfiable } = this.constraint;
    const { skew, change } = this.skewWith(domain);
    if (skew + change <= maxSkew) return { score: 0 - change };
    if (whenUnsatisfiable === "ScheduleAnyway") return { score: -VIOLATION_PENALTY };
    const violation = `violated topology spread constraint ${JSON.stringify(topologyKey)} (max skew ${maxSkew})`;
    return { violation, score: 0 };
  }

  /** The difference between the fullest and the emptiest domain, and by how much one more in `domain` changes it. */
  private skewWith(domain: string): { readonly skew: number; readonly change: number } {
    const counts = [...this.placedIn.values()].sort((a, b) => a - b);
    const [least = 0, next = least] = counts;
    const most = counts.at(-1) ?? 0;
    const count = this.placedIn.get(domain) ?? 0;
    const skew = most - least;
    // A single domain counts as uneven with its first placement, as in KubeFleet.
    if (count === most) return { skew, change: 1 };
    return { skew, change: count === least && least !== next ? -1 : 0 };
  }

  domainOf({ metadata }: MemberCluster): string | undefined {
    const { labels = {} } = metadata;
    const { topologyKey } = this.constraint;
    return Object.hasOwn(labels, topologyKey) ? labels[topologyKey] : undefined;
  }
}
