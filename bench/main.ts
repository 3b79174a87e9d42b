import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type BenchApp, startBenchApp } from "./bench-app.js";
import { type Figure, figureLine, type Note } from "./figures.js";
import { measureFleets, SERVERS } from "./fleets.js";
import { measureIdleApp } from "./idle-app.js";
import { measureManyObjects } from "./many-objects.js";
import { measureLargeRun, measureManyRuns, measureSmallRun } from "./update-runs.js";
import { measureWatchLatency } from "./watch-latency.js";

/** `npm run bench`: npm runs it in the project's folder. Not kept in the repository. */
const FIGURES_FILE = join(process.cwd(), "dist", "bench", "figures.json");

/** What can be measured, in the order of a run of all. */
const PARTS: Readonly<
  Record<string, { members: number; measure: (app: BenchApp, note: Note) => Promise<void> }>
> = {
  "many-objects": { members: 0, measure: measureManyObjects },
  "small-run": { members: 3, measure: measureSmallRun },
  "large-run": { members: 100, measure: measureLargeRun },
  "many-runs": { members: 100, measure: measureManyRuns },
  fleets: { members: SERVERS, measure: measureFleets },
  "idle-app": { members: 3, measure: measureIdleApp },
  "watch-latency": { members: 0, measure: measureWatchLatency },
};

async function main(): Promise<void> {
  const [only] = process.argv.slice(2);
  if (only !== undefined && !(only in PARTS)) {
    throw new Error(`there is no part ${only}; there are ${Object.keys(PARTS).join(", ")}`);
  }
  const figures: Figure[] = [];
  for (const [part, { members, measure }] of Object.entries(PARTS)) {
    if (only !== undefined && only !== part) continue;
    const app = await startBenchApp(members);
    try {
      await measure(app, (name, value, unit) => {
        const figure = { part, name, value, unit };
        figures.push(figure);
        process.stdout.write(`${figureLine(figure)}\n`);
      });
    } finally {
      await app.stop();
    }
  }
  mkdirSync(dirname(FIGURES_FILE), { recursive: true });
  writeFileSync(FIGURES_FILE, `${JSON.stringify(figures, undefined, 2)}\n`);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  },
);
