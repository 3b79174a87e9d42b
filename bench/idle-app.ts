import { setTimeout as delay } from "node:timers/promises";
import type { BenchApp } from "./bench-app.js";
import type { Note } from "./figures.js";
import { beginRun, prepareRollout, type SizedStage } from "./staged-rollout.js";
import { untilCondition } from "./until-condition.js";

/** The second stage does not begin while this is measured. */
const STAGES: readonly SizedStage[] = [
  {
    name: "one",
    members: 1,
    maxConcurrency: 1,
    afterStageTasks: [{ type: "TimedWait", waitTime: "1h" }],
  },
  { name: "two", members: 2, maxConcurrency: 1 },
];
const WAITS_WITHIN_MS = 30_000;
/** What follows the last cluster of the first stage is over by then. */
const SETTLE_MS = 10_000;
const MINUTE_MS = 60_000;

/** What an app with one waiting run asks of the storage account while nobody looks at it. */
export async function measureIdleApp({ hub, operations }: BenchApp, note: Note): Promise<void> {
  await prepareRollout(hub, "idle", STAGES);
  const run = await beginRun(hub, "idle-run", "idle");
  await untilCondition(hub, run, { type: "Progressing", status: "False" }, WAITS_WITHIN_MS);
  await delay(SETTLE_MS);
  operations.take();
  await delay(MINUTE_MS);
  note("with one run in a timed wait", operations.take(), "operations/min");
}
