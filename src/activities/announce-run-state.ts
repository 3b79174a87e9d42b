import type { KubeObject } from "../api/meta.js";
import { runState } from "../rollout/report-run.js";
import { storedStatus } from "../rollout/run-status.js";
import { announceMilestone, secondsBetween } from "./event-line.js";
import type { Maker } from "./server-objects.js";

/**
 * Tells that a run has come to another state, in a line of the log: figures about runs are made of these. It may be told
 * twice, and after a crash not at all.
 *
 * @param after absent when the run is deleted
 */
export function announceRunState(
  maker: Pick<Maker, "announce" | "now">,
  before: KubeObject,
  after?: KubeObject,
): void {
  const conditions = storedStatus(before).conditions ?? [];
  // One without conditions has just been made.
  const was = conditions.length > 0 ? runState(storedStatus(before)) : undefined;
  const state = after ? runState(storedStatus(after)) : "Deleted";
  if (was === state) return;
  const now = maker.now().toISOString();
  const since = conditions
    .map(({ lastTransitionTime }) => lastTransitionTime)
    .sort()
    .at(-1);
  const age = secondsBetween(before.metadata.creationTimestamp, now);
  announceMilestone(maker, before, {
    type: "Normal",
    reason: "UpdateRunState",
    message: was === undefined ? state : `${was} → ${state}`,
    facts: { state, was, seconds: was === undefined ? age : secondsBetween(since, now), age },
  });
}
