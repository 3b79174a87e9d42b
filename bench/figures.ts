/** One measured value. */
export interface Figure {
  /** The part of the benchmark it belongs to. */
  readonly part: string;
  readonly name: string;
  readonly value: number;
  readonly unit: "ms" | "s" | "operations" | "operations/min" | "ratio" | "MiB";
}

/** Where a part puts what it measures. */
export type Note = (name: string, value: number, unit: Figure["unit"]) => void;

/** What `work` takes, in milliseconds. */
export async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Notes the median and the 95th percentile of durations in milliseconds. Returns the median. */
export function noteSpread(note: Note, name: string, durations: readonly number[]): number {
  const median = percentile(durations, 50);
  note(`${name}, p50`, median, "ms");
  note(`${name}, p95`, percentile(durations, 95), "ms");
  return median;
}

/** The smallest value that at least `percent` of all do not exceed. @throws RangeError for no values */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
  if (value === undefined) throw new RangeError("no values to take a percentile of");
  return value;
}

export function figureLine({ part, name, value, unit }: Figure): string {
  return `${part.padEnd(14)} ${name.padEnd(52)} ${rounded(value).padStart(9)} ${unit}`;
}

function rounded(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(2);
}
