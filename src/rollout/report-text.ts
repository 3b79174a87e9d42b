import type { RunReport } from "./run-report.js";
import { waitSentence } from "./wait.js";

/** A report for the terminal: a line about the run, one per stage, and one per wait and failure. */
export function reportText(report: RunReport): string {
  const width = Math.max(0, ...report.stages.map(({ name }) => name.length));
  return [
    heading(report),
    ...report.stages.map(
      ({ name, state, done, total }) => `  ${name.padEnd(width)}  ${done}/${total}  ${state}`,
    ),
    ...report.waitingFor.map((wait) => `  waiting for ${waitSentence(wait)}`),
    ...failures(report).map((text) => `  ${text}`),
    ...leftOut(report).map((text) => `  ${text}`),
  ].join("\n");
}

/** The same in one line, for following a run. */
export function reportLine(report: RunReport): string {
  const stages = report.stages.map(({ name, done, total }) => `${name} ${done}/${total}`);
  const waits = report.waitingFor.map(({ what }) => what);
  return [
    [report.state, ...stages].join("  "),
    ...(waits.length > 0 ? [`waiting for ${waits.join(", ")}`] : []),
    ...failures(report),
    ...leftOut(report),
  ].join("; ");
}

/** Clusters done, of all: `5/12`. */
export function progressCell({ stages }: RunReport): string {
  const sum = (of: (stage: RunReport["stages"][number]) => number) =>
    stages.reduce((total, stage) => total + of(stage), 0);
  return `${sum(({ done }) => done)}/${sum(({ total }) => total)}`;
}

/** The first wait, and how many more there are; empty when the run waits for nothing. */
export function waitingCell({ waitingFor }: RunReport): string {
  const [first, ...others] = waitingFor;
  if (!first) return "";
  const until = first.until === undefined ? "" : ` until ${first.until}`;
  return `${first.what}${until}${others.length > 0 ? ` (+${others.length})` : ""}`;
}

function heading({ name, namespace, placement, resourceSnapshotIndex, state, since }: RunReport) {
  const run = namespace === undefined ? name : `${namespace}/${name}`;
  const snapshot = resourceSnapshotIndex === undefined ? "" : `, snapshot ${resourceSnapshotIndex}`;
  const time = since === undefined ? "" : ` since ${since}`;
  return `${run}: ${state}${time} (placement ${placement}${snapshot})`;
}

/** Clusters that failed; a run that failed as a whole has only its own sentence. */
function failures({ state, message, failed }: RunReport): readonly string[] {
  const clusters = failed.map(
    ({ cluster, stage, message }) => `${cluster} in ${stage} failed: ${message}`,
  );
  if (clusters.length > 0 || state !== "Failed") return clusters;
  return [`failed: ${message ?? "no reason is known"}`];
}

function leftOut({ leftOut: clusters = [] }: RunReport): readonly string[] {
  return clusters.length > 0 ? [`left out until the next run: ${clusters.join(", ")}`] : [];
}
