import type { MemberCluster } from "../api/member-cluster.js";
import type { ClusterDecision } from "../api/policy-snapshot.js";
import type { TopologySpreadConstraint } from "../api/scheduling-constraints.js";
import {
  type ClusterScores,
  notEligible,
  pickedByScore,
  scoresOf,
  scoresTooLow,
} from "./cluster-decisions.js";
import { TopologySpread } from "./topology-spread.js";

/** A cluster that the policy has picked before. */
export interface Pick {
  readonly member: MemberCluster;
  /** As it was then. */
  readonly decision: ClusterDecision;
  /** Whether something has been rolled out to it. */
  readonly bound: boolean;
}

/** A cluster that the policy may pick. */
export interface Newcomer {
  readonly member: MemberCluster;
  readonly affinity: number;
  /** Whether an earlier policy picked it: it is preferred among equals, so that a new policy moves little. */
  readonly hasPlacement: boolean;
}

export interface PickBestInput {
  readonly wanted: number;
  readonly picked: readonly Pick[];
  readonly newcomers: readonly Newcomer[];
  /** The whole fleet: its labels say which domains there are to spread over. */
  readonly members: readonly MemberCluster[];
  readonly constraints: readonly TopologySpreadConstraint[];
}

export interface Best {
  readonly picked: readonly ClusterDecision[];
  /** Those that were not good enough, or would upset the spread. */
  readonly others: readonly ClusterDecision[];
}

/**
 * As many clusters as are wanted. What is picked stays, so that a larger number moves nothing; newcomers follow, the
 * best first, and where they are to be spread one by one, because each changes the spread for the next. A smaller number gives up what is only scheduled
 * before what is bound, and the lowest score before others. Source: KubeFleet `pkg/scheduler/framework`.
 */
export function pickBest(input: PickBestInput): Best {
  const standing = input.picked.toSorted(comparePicks);
  const kept = standing.slice(0, input.wanted);
  const givenUp = standing
    .slice(input.wanted)
    .map(({ decision }) => scoresTooLow(decision.clusterName, scoresOf(decision)));
  const spread = new TopologySpread(
    input.constraints,
    input.members,
    kept.map(({ member }) => member),
  );
  const choice = chooseNewcomers(input.newcomers, input.wanted - kept.length, spread);
  return {
    picked: [...kept.map(({ decision }) => decision), ...choice.picked],
    others: [...givenUp, ...choice.others],
  };
}

function chooseNewcomers(
  newcomers: readonly Newcomer[],
  wanted: number,
  spread: TopologySpread,
): Best {
  const queues = queuesOf(newcomers, spread);
  const picked: ClusterDecision[] = [];
  while (picked.length < wanted) {
    const best = bestHead(queues, spread);
    if (!best) break;
    best.queue.next += 1;
    spread.place(best.head.newcomer.member);
    picked.push(pickedByScore(nameOf(best.head.newcomer), best.head.scores));
  }
  const others = queues
    .flatMap(({ newcomers, next }) => newcomers.slice(next))
    .map((newcomer) => judged(newcomer, spread))
    .sort(compareJudged)
    .map(({ newcomer, scores, violation }) =>
      violation === undefined
        ? scoresTooLow(nameOf(newcomer), scores)
        : notEligible(nameOf(newcomer), violation),
    );
  return { picked, others };
}

/** Newcomers of the same domains, best first: only the first that is left need be looked at. */
interface Queue {
  readonly newcomers: readonly Newcomer[];
  next: number;
}

function queuesOf(newcomers: readonly Newcomer[], spread: TopologySpread): readonly Queue[] {
  const byDomains = Map.groupBy(newcomers, ({ member }) => spread.domainsOf(member));
  return [...byDomains.values()].map((group) => ({
    newcomers: group.toSorted(compareNewcomers),
    next: 0,
  }));
}

function bestHead(queues: readonly Queue[], spread: TopologySpread) {
  let best: { readonly queue: Queue; readonly head: Judged } | undefined;
  for (const queue of queues) {
    const newcomer = queue.newcomers[queue.next];
    if (!newcomer) continue;
    const head = judged(newcomer, spread);
    if (head.violation !== undefined) continue;
    if (!best || compareJudged(head, best.head) < 0) best = { queue, head };
  }
  return best;
}

interface Judged {
  readonly newcomer: Newcomer;
  readonly scores: ClusterScores;
  readonly violation: string | undefined;
}

function judged(newcomer: Newcomer, spread: TopologySpread): Judged {
  const { score, violation } = spread.judge(newcomer.member);
  return { newcomer, scores: { affinity: newcomer.affinity, topologySpread: score }, violation };
}

/** Best first. */
function compareJudged(a: Judged, b: Judged): number {
  return compareScores(a.scores, b.scores) || compareNewcomers(a.newcomer, b.newcomer);
}

/** Best first, as long as the spread makes no difference. */
function compareNewcomers(a: Newcomer, b: Newcomer): number {
  return (
    b.affinity - a.affinity ||
    Number(b.hasPlacement) - Number(a.hasPlacement) ||
    laterNameFirst(nameOf(a), nameOf(b))
  );
}

/** Best first. */
function comparePicks(a: Pick, b: Pick): number {
  return (
    Number(b.bound) - Number(a.bound) ||
    compareScores(scoresOf(a.decision), scoresOf(b.decision)) ||
    laterNameFirst(a.decision.clusterName, b.decision.clusterName)
  );
}

function compareScores(a: ClusterScores, b: ClusterScores): number {
  return b.topologySpread - a.topologySpread || b.affinity - a.affinity;
}

/** Source: KubeFleet, whose list of scored clusters is sorted by name and then read from its end. */
function laterNameFirst(a: string, b: string): number {
  return a < b ? 1 : -1;
}

function nameOf({ member }: Newcomer): string {
  return member.metadata.name;
}
