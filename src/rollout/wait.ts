import { toTimestamp } from "../api/meta.js";
import type { RunReport } from "./run-report.js";
import { namesOf } from "./stage-failures.js";

/** Something that a run waits for, as its report has it; conditions say the same in a sentence. */
export type Wait = RunReport["waitingFor"][number];

/** What, since when, until when, what is known of it, and what would end it, as far as each is known. */
export function waitSentence({ what, since, until, message, unblockedBy }: Wait): string {
  return [
    what,
    ...(since === undefined ? [] : [`since ${since}`]),
    ...(until === undefined ? [] : [`until ${until}`]),
    ...(message === undefined ? [] : [message]),
    ...(unblockedBy === undefined ? [] : [`unblocked by ${unblockedBy}`]),
  ].join(", ");
}

/** @param since RFC 3339 */
export function approvalWait(
  request: { readonly kind: string; readonly name: string },
  since: string,
  unblockedBy: string,
): Wait {
  return { what: `approval of ${request.kind} ${request.name}`, since, unblockedBy };
}

/** The time that has to pass after a stage. */
export interface StageTime {
  readonly stageName: string;
  /** As the condition prints it, such as `1m0s`. */
  readonly waitTime: string;
  readonly begin: Date;
  readonly deadline: Date;
}

/** @param unhealthy clusters that would hold the stage if the time were over, in words */
export function timeWait(time: StageTime, unhealthy: string | undefined): Wait {
  const what = nameOfTime(time);
  const times = { since: toTimestamp(time.begin), until: toTimestamp(time.deadline) };
  if (unhealthy === undefined) return { what, ...times, unblockedBy: "time alone" };
  const message = `unhealthy by now: ${unhealthy}`;
  return { what, ...times, message, unblockedBy: "time, if the clusters are healthy by then" };
}

/** The time is over, and the clusters have not been looked at since. */
export function lastLookWait(time: StageTime): Wait {
  return {
    what: `a last look at the clusters of stage ${time.stageName}`,
    since: toTimestamp(time.deadline),
    message: `${nameOfTime(time)} is over`,
    unblockedBy: "the look, which is due",
  };
}

/** @param unhealthy the clusters that hold the stage, in words */
export function healthWait(time: StageTime, unhealthy: string, goOnAnyway?: string): Wait {
  const anyway = goOnAnyway === undefined ? "" : `, or to go on anyway: ${goOnAnyway}`;
  return {
    what: `the clusters of stage ${time.stageName} to be healthy`,
    since: toTimestamp(time.deadline),
    message: `${nameOfTime(time)} is over: ${unhealthy}`,
    unblockedBy: `the clusters being healthy: they are looked at again by themselves${anyway}`,
  };
}

function nameOfTime({ stageName, waitTime }: StageTime): string {
  return `the TimedWait of ${waitTime} after stage ${stageName}`;
}

/** Updated clusters that are not healthy, each with why and since when. */
export function unhealthySentence(
  clusters: readonly {
    readonly clusterName: string;
    readonly message: string;
    readonly since: string;
  }[],
): string | undefined {
  if (clusters.length === 0) return undefined;
  return namesOf(
    clusters.map(({ clusterName, since, message }) => ({
      clusterName,
      message: `${withoutName(clusterName, message)} (since ${since})`,
    })),
  );
}

/** What could not be asked says itself which cluster it is. */
function withoutName(clusterName: string, message: string): string {
  const name = `${clusterName}: `;
  return message.startsWith(name) ? message.slice(name.length) : message;
}

/** Tries of a cluster that is not updated yet. */
export interface Attempts {
  /** When it began, RFC 3339. */
  readonly since: string;
  readonly attempts: number;
  readonly nextTry: string;
  readonly message: string;
}

/** "since … (2 attempts, next …): connection refused" */
export function attemptsSentence({ since, attempts, nextTry, message }: Attempts): string {
  return `since ${since} (${attempts} ${attempts === 1 ? "attempt" : "attempts"}, next ${nextTry}): ${message}`;
}
