import { z } from "zod";
import type { RunView } from "./run-view.js";
import { unhealthySentence } from "./wait.js";

/**
 * One look at all members of a stage that waits, in parts. Recorded beside the run's status, so that a look that is cut
 * goes on where it was.
 */
export const SoakSweep = z.object({
  stage: z.number().int(),
  /** When it was asked for, ISO 8601 with milliseconds. */
  startedAt: z.string(),
  /** Position in the stage of the first cluster that has not been looked at; absent when all have been. */
  next: z.number().int().optional(),
  /** Whether anything on these members can turn unhealthy. */
  tracked: z.boolean(),
});
export type SoakSweep = z.infer<typeof SoakSweep>;

/** How the members of a stage that waits are watched. */
export interface SoakView {
  /** Shortest time between two looks. */
  readonly everyMs: number;
  readonly sweep?: SoakSweep | undefined;
  /** What the run's own annotation says; it goes before the rules of the strategy. */
  readonly asked?: "Strict" | "Timer" | undefined;
}

/** Where the members of a waiting stage stand. */
export type SoakState =
  /** Only the time counts. */
  | { readonly kind: "Unwatched" }
  /** They have to be looked at now. */
  | { readonly kind: "CheckDue"; readonly problem?: string }
  /** Nothing to do before that time. */
  | { readonly kind: "Watched"; readonly until: string; readonly problem?: string }
  /** All were found healthy after the wait was over. */
  | { readonly kind: "Passed" };

/** @param wait its stage, when its last cluster was finished, and when the wait is over, in milliseconds of the epoch */
export function soakState(
  view: RunView,
  wait: { readonly stage: number; readonly begin: number; readonly deadline: number },
  now: Date,
): SoakState {
  const { soak } = view;
  const asked = soak?.asked ?? view.rules?.[wait.stage]?.soak ?? "Strict";
  if (!soak || asked === "Timer") return { kind: "Unwatched" };
  const sweep = soak.sweep?.stage === wait.stage ? soak.sweep : undefined;
  const complete = sweep !== undefined && sweep.next === undefined;
  if (complete && !sweep.tracked) return { kind: "Unwatched" };
  const problem = soakProblem(view, wait.stage);
  if (sweep && !complete) return { kind: "CheckDue", ...problem };
  const last = sweep && new Date(sweep.startedAt).getTime();
  if (last !== undefined && last >= wait.deadline && !problem) return { kind: "Passed" };
  const next = nextCheck(last ?? wait.begin, wait.deadline, soak.everyMs);
  if (next <= now.getTime()) return { kind: "CheckDue", ...problem };
  return { kind: "Watched", until: new Date(next).toISOString(), ...problem };
}

/** Looks are counted back from the deadline, so that one of them falls on it without coming close after another. */
function nextCheck(after: number, deadline: number, everyMs: number): number {
  if (after >= deadline) return after + everyMs;
  const intervals = Math.ceil((deadline - after) / everyMs) - 1;
  return deadline - intervals * everyMs;
}

function soakProblem(view: RunView, stage: number): { readonly problem: string } | undefined {
  const problem = unhealthySentence(view.stages[stage]?.unhealthy ?? []);
  return problem === undefined ? undefined : { problem };
}
