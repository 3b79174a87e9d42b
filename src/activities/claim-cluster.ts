import { type ClusterProgress, stageRowPrefix } from "../rollout/cluster-progress.js";
import { failedCluster } from "../rollout/run-view.js";
import { judgeFailures } from "../rollout/stage-failures.js";
import { countsFailures, type StageRules } from "../rollout/stage-rules.js";
import type { Versioned } from "../storage/documents.js";
import { isStoreError } from "../storage/object-store.js";
import type { LaneInput } from "./contracts.js";
import type { Dependencies } from "./dependencies.js";

/** A cluster that this lane works on, and the version of its row: a later writer makes the lane let go. */
export interface Claim extends Versioned<ClusterProgress> {
  readonly row: string;
}

/** What a lane may do besides finishing what was begun. */
export interface ClaimRights {
  /** The run goes on: clusters that are pending may be begun, as long as failures allow it. */
  readonly mayBegin: boolean;
  readonly rules?: StageRules | undefined;
  /** Rows that this process is about to claim: other lanes of it need not try them. */
  readonly taken?: Set<string>;
  /** The slot has been done with a cluster in this call of its lane. */
  readonly hasWorked?: boolean;
}

/** The lane's cluster, and whether the stage goes on: if not, one that fails is let go instead of tried again. */
export interface ClaimedCluster extends Claim {
  readonly stageGoesOn: boolean;
  /** The lane had it already, from an earlier call of the same round. */
  readonly inHand: boolean;
}

/**
 * The cluster this lane has in hand, else the next one in order, claimed. A cluster that a lane of an earlier round
 * left unfinished is taken over. Undefined when nothing is left for this lane.
 *
 * Lanes that ask at the same time begin at different clusters of those that come next: would all try the first, all but
 * one would write in vain, and again at the second.
 *
 * A stage with more failures than its rules allow begins no cluster; if that ends the run, its lanes let go of all.
 */
export async function claimCluster(
  deps: Dependencies,
  input: LaneInput,
  rights: ClaimRights,
): Promise<ClaimedCluster | undefined> {
  // All lanes look at the stage's rows again and again: what was read a moment ago mostly shows one to take.
  // But a budget counts at once what has failed in another process.
  const counts = rights.rules !== undefined && countsFailures(rights.rules);
  const claimed = counts ? "OutOfDate" : await claimAmong(deps, input, rights, true);
  if (typeof claimed === "object") return claimed;
  // Clusters do not become pending again while lanes work: a slot that found some before needs no other look. And if
  // they did, the run's own look at its rows would start lanes for them.
  if (claimed === "None" && rights.hasWorked) return undefined;
  const found = await claimAmong(deps, input, rights, false);
  return typeof found === "object" ? found : undefined;
}

/** Whether there may be something to claim for a lane, by what was read of the stage's rows a moment ago. */
export async function mayHaveMore(deps: Dependencies, input: LaneInput): Promise<boolean> {
  const prefix = stageRowPrefix(input.stage);
  const rows = await deps.clusters.list(input.run.uid, { prefix, recent: true });
  return rows.some(
    ({ value }) => value.phase === "Pending" || isInHand(value, input) || isLeftOver(value, input),
  );
}

/** None: there is nothing to claim among the rows. OutOfDate: what was read a moment ago is not so any more. */
async function claimAmong(
  deps: Dependencies,
  input: LaneInput,
  rights: ClaimRights,
  recent: boolean,
): Promise<ClaimedCluster | "None" | "OutOfDate"> {
  const prefix = stageRowPrefix(input.stage);
  const rows = await deps.clusters.list(input.run.uid, { prefix, recent });
  const failures = failuresIn(rows, rights.rules);
  if (failures.kind === "Abort") return "None";
  if (failures.kind === "Exceeded" && failures.action === "fail") return "None";
  const stageGoesOn = rights.mayBegin && failures.kind !== "Exceeded";
  const mine = rows.find(({ value }) => isInHand(value, input));
  if (mine) return { ...mine, stageGoesOn, inHand: true };
  const candidates = rows.filter(
    ({ value }) => isLeftOver(value, input) || (stageGoesOn && value.phase === "Pending"),
  );
  for (const candidate of fromPlace(candidates, idleLanesBefore(input, rows))) {
    const claim = await tryToClaim(deps, input, candidate, rights.taken);
    if (claim === "Taken") continue;
    if (claim) return { ...claim, stageGoesOn, inHand: false };
    // One that is out of date: the others may be as well.
    if (recent) return "OutOfDate";
  }
  return "None";
}

/** The slot has claimed it already, in this round. */
function isInHand({ phase, claim }: ClusterProgress, { lane, round }: LaneInput): boolean {
  return phase === "Started" && claim?.lane === String(lane) && claim.round === round;
}

/** Lanes of an earlier round have not finished it. */
function isLeftOver({ phase, claim }: ClusterProgress, { round }: LaneInput): boolean {
  return phase === "Started" && (claim?.round ?? 0) < round;
}

/** Taken: another lane of this process is about to claim it. Undefined: another process has. */
async function tryToClaim(
  deps: Dependencies,
  input: LaneInput,
  candidate: Claim,
  taken: Set<string> | undefined,
): Promise<Claim | "Taken" | undefined> {
  const key = `${input.run.uid}/${candidate.row}`;
  if (taken?.has(key)) return "Taken";
  const value: ClusterProgress = {
    ...candidate.value,
    phase: "Started",
    claim: { lane: String(input.lane), round: input.round },
    startedAt: candidate.value.startedAt ?? deps.now().toISOString(),
  };
  taken?.add(key);
  try {
    const version = await replace(deps, input.run.uid, candidate.row, value, candidate.version);
    return version === undefined ? undefined : { row: candidate.row, value, version };
  } finally {
    taken?.delete(key);
  }
}

function failuresIn(rows: readonly Versioned<ClusterProgress>[], rules: StageRules | undefined) {
  const failed = rows.flatMap(({ value }) => failedCluster(value));
  return judgeFailures("", { total: rows.length, failed }, rules);
}

/** How many lanes with lower numbers have nothing in hand, and may be asking right now. */
function idleLanesBefore(input: LaneInput, rows: readonly Versioned<ClusterProgress>[]): number {
  const busy = rows.filter(
    ({ value: { phase, claim } }) =>
      phase === "Started" && claim?.round === input.round && Number(claim.lane) < input.lane,
  );
  return Math.max(0, input.lane - busy.length);
}

/** All in order, beginning at that place and going round. */
function fromPlace<T>(items: readonly T[], place: number): readonly T[] {
  const start = items.length === 0 ? 0 : place % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

/** Writes what is known of a claimed cluster now; undefined when the lane has lost it. */
export async function updateClaim(
  deps: Dependencies,
  runUid: string,
  claim: Claim,
  change: Partial<ClusterProgress>,
): Promise<Claim | undefined> {
  const value = { ...claim.value, ...change };
  const version = await replace(deps, runUid, claim.row, value, claim.version);
  return version === undefined ? undefined : { row: claim.row, value, version };
}

async function replace(
  deps: Dependencies,
  runUid: string,
  row: string,
  value: ClusterProgress,
  version: string,
): Promise<string | undefined> {
  try {
    return await deps.clusters.replace(runUid, row, value, version);
  } catch (error) {
    if (isStoreError(error, "Conflict") || isStoreError(error, "NotFound")) return undefined;
    throw error;
  }
}
