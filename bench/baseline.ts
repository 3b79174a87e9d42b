import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Figure } from "./figures.js";

/** Ratios of an earlier bench, by part and name. Only those: two machines, or two hours of one, have no other in common. */
export type Baseline = Readonly<Record<string, Readonly<Record<string, number>>>>;

const StoredBaseline = z.record(z.string(), z.record(z.string(), z.number()));

/** @throws Error when the file is not there or is none */
export function readBaseline(file: string): Baseline {
  return StoredBaseline.parse(JSON.parse(readFileSync(file, "utf8")));
}

/** A table of the ratios that were measured beside those of the baseline; undefined when none was measured. */
export function baselineTable(figures: readonly Figure[], baseline: Baseline): string | undefined {
  const ratios = figures.filter(({ unit }) => unit === "ratio");
  if (ratios.length === 0) return undefined;
  const lines = ratios.map(({ part, name, value }) => {
    const before = baseline[part]?.[name];
    return row(part, name, value.toFixed(2), before?.toFixed(2) ?? "none", change(value, before));
  });
  return [row("part", "ratio", "now", "baseline", "change"), ...lines].join("\n");
}

function change(value: number, before: number | undefined): string {
  if (before === undefined) return "";
  const percent = Math.round((value / before - 1) * 100);
  return `${percent > 0 ? "+" : ""}${percent} %`;
}

function row(part: string, name: string, now: string, before: string, changed: string): string {
  const cells = [part.padEnd(14), name.padEnd(52), now.padStart(9), before.padStart(9), changed];
  return cells.join(" ").trimEnd();
}
