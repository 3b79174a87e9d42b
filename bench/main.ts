import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { baselineTable, readBaseline } from "./baseline.js";
import { type BenchApp, startBenchApp } from "./bench-app.js";
import { type Figure, figureLine, type Note } from "./figures.js";
import { measureFleets, SERVERS } from "./fleets.js";
import { measureIdleApp } from "./idle-app.js";
import { measureManyObjects } from "./many-objects.js";
import { endWhenTold, measureInProcess } from "./part-process.js";
import { measureRealMembers } from "./real-members.js";
import { measureLargeRun, measureManyRuns, measureSmallRun } from "./update-runs.js";
import { measureWatchLatency } from "./watch-latency.js";

/** `npm run bench`: npm runs it in the project's folder. Not kept in the repository. */
const FIGURES_FILE = join(process.cwd(), "dist", "bench", "figures.json");

/** What ratios were when they were last found good; whoever changes one says why. */
const BASELINE_FILE = join(process.cwd(), "bench", "baseline.json");

/** What can be measured, in the order of a run of all. */
const PARTS: Readonly<Record<string, (note: Note) => Promise<void>>> = {
  "many-objects": withApp(0, measureManyObjects),
  "small-run": withApp(3, measureSmallRun),
  "large-run": withApp(100, measureLargeRun),
  "many-runs": withApp(100, measureManyRuns),
  fleets: withApp(SERVERS, measureFleets),
  "real-members": measureRealMembers,
  "idle-app": withApp(3, measureIdleApp),
  "watch-latency": withApp(0, measureWatchLatency),
};

/** A part that wants the app with that many simulated members. */
function withApp(members: number, measure: (app: BenchApp, note: Note) => Promise<void>) {
  return async (note: Note): Promise<void> => {
    const app = await startBenchApp(members);
    try {
      await measure(app, note);
    } finally {
      await app.stop();
    }
  };
}

/** One part is measured in this process; several, all by default, one after the other in processes of their own. */
async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  const unknown = wanted.find((part) => !(part in PARTS));
  if (unknown !== undefined) {
    throw new Error(`there is no part ${unknown}; there are ${Object.keys(PARTS).join(", ")}`);
  }
  const parts = wanted.length > 0 ? wanted : Object.keys(PARTS);
  const figures: Figure[] = [];
  if (parts.length === 1) figures.push(...(await measureHere(parts[0] ?? "")));
  else for (const part of parts) figures.push(...(await measureInProcess(program(), part)));
  // A process that measures for another one leaves the report to that.
  if (!process.connected) report(figures);
}

function program(): string {
  return fileURLToPath(import.meta.url);
}

async function measureHere(part: string): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  await PARTS[part]?.((name, value, unit) => {
    const figure = { part, name, value, unit };
    figures.push(figure);
    process.stdout.write(`${figureLine(figure)}\n`);
    process.send?.(figure);
  });
  return figures;
}

function report(figures: readonly Figure[]): void {
  const comparison = baselineTable(figures, readBaseline(BASELINE_FILE));
  if (comparison !== undefined) process.stdout.write(`\n${comparison}\n`);
  mkdirSync(dirname(FIGURES_FILE), { recursive: true });
  writeFileSync(FIGURES_FILE, `${JSON.stringify(figures, undefined, 2)}\n`);
}

endWhenTold();
main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  },
);
