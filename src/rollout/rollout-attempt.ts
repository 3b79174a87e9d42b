import type { ObjectMeta } from "../api/meta.js";
import { retrySeconds } from "./cluster-outcome.js";

/** On a binding that a rolling update is at: the lane that has it in hand, and when a slow one is looked at again. */
const ANNOTATION_LANE = "stagecoach.dev/rollout-lane";
const ANNOTATION_ATTEMPTS = "stagecoach.dev/rollout-attempts";
const ANNOTATION_NEXT_TRY = "stagecoach.dev/rollout-next-try";

/** One of the lanes that work side by side. */
export interface RolloutLane {
  /** When these lanes were started, ISO 8601 with milliseconds: later ones take over what earlier ones left. */
  readonly round: string;
  readonly lane: number;
}

type Annotated = { readonly metadata: ObjectMeta };

/** Whether this very lane has the binding in hand: it was interrupted there. */
export function isInHandOf({ metadata }: Annotated, lane: RolloutLane): boolean {
  return metadata.annotations?.[ANNOTATION_LANE] === laneText(lane);
}

/** Whether another lane of the same or a later round has the binding in hand. */
export function isInOtherHands(binding: Annotated, lane: RolloutLane): boolean {
  const holder = binding.metadata.annotations?.[ANNOTATION_LANE];
  return holder !== undefined && holder >= lane.round && !isInHandOf(binding, lane);
}

/** When the binding is to be tried again, ISO 8601; undefined when nothing has to be waited for. */
export function nextTry({ metadata }: Annotated): string | undefined {
  return metadata.annotations?.[ANNOTATION_NEXT_TRY];
}

/** Tries that did not end well, one after the other. */
export function attemptsOf({ metadata }: Annotated): number {
  return Number(metadata.annotations?.[ANNOTATION_ATTEMPTS] ?? 0);
}

/** The annotations of a binding that a lane takes in hand. */
export function inHand({ metadata }: Annotated, lane: RolloutLane): Record<string, string> {
  const { [ANNOTATION_NEXT_TRY]: _, ...kept } = metadata.annotations ?? {};
  return { ...kept, [ANNOTATION_LANE]: laneText(lane) };
}

/** The annotations of a binding that needs another look, after `retryAfterSeconds` or a pause that grows. */
export function triedAgainLater(
  binding: Annotated,
  now: Date,
  retryAfterSeconds?: number,
): Record<string, string> {
  const attempts = attemptsOf(binding);
  const seconds = retryAfterSeconds ?? retrySeconds(attempts);
  return {
    ...settled(binding),
    [ANNOTATION_ATTEMPTS]: String(attempts + 1),
    [ANNOTATION_NEXT_TRY]: new Date(now.getTime() + seconds * 1000).toISOString(),
  };
}

/** The annotations of a binding that is as it should be, and is looked at again all the same. */
export function settledUntil(binding: Annotated, nextLook: Date): Record<string, string> {
  return { ...settled(binding), [ANNOTATION_NEXT_TRY]: nextLook.toISOString() };
}

/** The annotations of a binding that no lane has to look at any more. */
export function settled({ metadata }: Annotated): Record<string, string> {
  const {
    [ANNOTATION_LANE]: _lane,
    [ANNOTATION_ATTEMPTS]: _attempts,
    [ANNOTATION_NEXT_TRY]: _nextTry,
    ...kept
  } = metadata.annotations ?? {};
  return kept;
}

/** Sorts by round. */
function laneText({ round, lane }: RolloutLane): string {
  return `${round}/${lane}`;
}
