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
 * As many clusters as are wanted. What is picked stays, so that a larger number moves nothing; newcomers follow one by
 * one, the best first, because each changes the spread for the next. A smaller number gives up what is only scheduled
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
  const left = new Set(newcomers);
  const picked: ClusterDecision[] = [];
  while (picked.length < wanted) {
    const best = [...left]
      .map((newcomer) => judged(newcomer, spread))
      .filter(({ violation }) => violation === undefined)
      .reduce(better, undefined);
    if (!best) break;
    left.delete(best.newcomer);
    spread.place(best.newcomer.member);
    picked.push(pickedByScore(nameOf(best.newcomer), best.scores));
  }
  const others = [...left]
    .map((newcomer) => judged(newcomer, spread))
    .sort(compareJudged)
    .map(({ newcomer, scores, violation }) =>
      violation === undefined
        ? scoresTooLow(nameOf(newcomer), scores)
        : notEligible(nameOf(newcomer), violation),
    );
  return { picked, others };
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

function better(best: Judged | undefined, other: Judged): Judged {
  return best && compareJudged(best, other) < 0 ? best : other;
}

/** Best first. */
function compareJudged(a: Judged, b: Judged): number {
  return (
    compareScores(a.scores, b.scores) ||
    Number(b.newcomer.hasPlacement) - Number(a.newcomer.hasPlacement) ||
    laterNameFirst(nameOf(a.newcomer), nameOf(b.newcomer))
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
