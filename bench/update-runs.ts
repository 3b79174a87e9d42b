import type { BenchApp } from "./bench-app.js";
import { milliseconds, type Note } from "./figures.js";
import { watchProcess } from "./process-use.js";
import {
  beginRun,
  LARGE_SHAPE,
  placeNamespace,
  prepareRollout,
  type SizedStage,
  untilSucceeded,
} from "./staged-rollout.js";

/** One member per stage, as in the tutorial, and nothing to wait for. */
const SMALL: readonly SizedStage[] = [
  { name: "one", members: 1, maxConcurrency: 1 },
  { name: "two", members: 2, maxConcurrency: 1 },
];
const SMALL_WITHIN_MS = 60_000;
const QUICK_LOOK_MS = 20;

/** Several runs over the same three members: the first one also finds out what they are. */
export async function measureRepeatedRuns({ hub }: BenchApp, note: Note): Promise<void> {
  const times: number[] = [];
  for (const round of ["first", "second", "third"]) {
    await prepareRollout(hub, `small-${round}`, SMALL);
    const time = await milliseconds(async () => {
      const run = await beginRun(hub, `small-${round}`, `small-${round}`);
      await untilSucceeded(hub, run, SMALL_WITHIN_MS, QUICK_LOOK_MS);
    });
    note(`${round} run, from creation to Succeeded`, time, "ms");
    times.push(time);
  }
  const [first = 0, , third = 0] = times;
  note("third run against the first", third / first, "ratio");
}

const LARGE_WITHIN_MS = 300_000;

/** A run over three members: how long it takes by itself, and what it asks of the storage account. */
export async function measureSmallRun({ hub, operations }: BenchApp, note: Note): Promise<void> {
  await prepareRollout(hub, "small", SMALL);
  operations.take();
  const time = await milliseconds(async () => {
    await untilSucceeded(hub, await beginRun(hub, "small-run", "small"), SMALL_WITHIN_MS);
  });
  note("from creation to Succeeded", time, "ms");
  note("storage operations, with a look every 250 ms", operations.take(), "operations");
}

/** A run over a hundred members in three stages. */
export async function measureLargeRun({ hub, operations }: BenchApp, note: Note): Promise<void> {
  await prepareRollout(hub, "large", LARGE_SHAPE);
  operations.take();
  const time = await milliseconds(async () => {
    await untilSucceeded(hub, await beginRun(hub, "large-run", "large"), LARGE_WITHIN_MS);
  });
  note("from creation to Succeeded", time / 1000, "s");
  note("storage operations, with a look every 250 ms", operations.take(), "operations");
}

const MANY_RUNS = 100;
const MANY_WITHIN_MS = 900_000;

/** A hundred such runs of a hundred placements at once; the same test of KubeFleet's takes 132 s. */
export async function measureManyRuns({ hub, operations }: BenchApp, note: Note): Promise<void> {
  await prepareRollout(hub, "alone", LARGE_SHAPE);
  const alone = await milliseconds(async () => {
    await untilSucceeded(hub, await beginRun(hub, "alone", "alone"), LARGE_WITHIN_MS);
  });
  const names = Array.from({ length: MANY_RUNS }, (_, index) => `many-${index}`);
  await Promise.all(names.map((name) => placeNamespace(hub, name, LARGE_SHAPE)));
  operations.take();
  const used = watchProcess();
  const time = await milliseconds(async () => {
    const runs = await Promise.all(names.map((name) => beginRun(hub, name, name)));
    // One after the other: a hundred that look at once would be measured too.
    for (const run of runs) await untilSucceeded(hub, run, MANY_WITHIN_MS);
  });
  const updates = MANY_RUNS * LARGE_SHAPE.reduce((sum, { members }) => sum + members, 0);
  note("from creation to the last one Succeeded", time / 1000, "s");
  note("time per run against one run alone", time / MANY_RUNS / alone, "ratio");
  note("storage operations per member's update", operations.take() / updates, "operations");
  const { cpuMs, memoryMiB } = used();
  note("processor time of app and host per member's update", cpuMs / updates, "ms");
  note("memory of app and host, at most", memoryMiB, "MiB");
}
