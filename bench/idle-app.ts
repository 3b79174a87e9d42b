import { setTimeout as delay } from "node:timers/promises";
import type { BenchApp } from "./bench-app.js";
import type { Note } from "./figures.js";
import { beginRun, prepareRollout, type SizedStage, untilSucceeded } from "./staged-rollout.js";
import { untilCondition } from "./until-condition.js";

const LAST: SizedStage = { name: "two", members: 2, maxConcurrency: 1 };
const FIRST: SizedStage = { name: "one", members: 1, maxConcurrency: 1 };
/** The second stage does not begin while this is measured. */
const WAITING: readonly SizedStage[] = [
  { ...FIRST, afterStageTasks: [{ type: "TimedWait", waitTime: "1h" }] },
  LAST,
];
const RESTS_WITHIN_MS = 30_000;
/** What follows the last cluster is over by then. */
const SETTLE_MS = 10_000;
const MINUTE_MS = 60_000;

/** What an app asks of the storage account while nobody looks at its runs: one is over, one waits, one is stopped. */
export async function measureIdleApp({ hub, operations }: BenchApp, note: Note): Promise<void> {
  await prepareRollout(hub, "finished", [FIRST, LAST]);
  await untilSucceeded(hub, await beginRun(hub, "finished", "finished"), RESTS_WITHIN_MS);
  for (const name of ["waiting", "stopped"]) {
    await prepareRollout(hub, name, WAITING);
    const run = await beginRun(hub, name, name);
    const rests = { type: "Progressing", status: "False" } as const;
    await untilCondition(hub, run, rests, RESTS_WITHIN_MS);
    if (name === "stopped") await hub.mergePatch(run, { spec: { state: "Stop" } });
  }
  await delay(SETTLE_MS);
  operations.take();
  await delay(MINUTE_MS);
  note("one run finished, one waiting, one stopped", operations.take(), "operations/min");
}
