/**
 * How many clusters of a stage may be updated at once.
 *
 * A count is taken as it is, even above the number of clusters; a percentage is rounded down, never below one.
 * Source: KubeFleet `updaterun`, max concurrency scaling.
 *
 * @throws Error for a text that is no percentage; validation refuses it before it is stored
 */
export function concurrencyLimit(maxConcurrency: number | string, clusters: number): number {
  if (typeof maxConcurrency === "number") return maxConcurrency;
  const percent = /^(100|[1-9][0-9]?)%$/.exec(maxConcurrency)?.[1];
  if (percent === undefined) {
    throw new Error(
      `maxConcurrency ${JSON.stringify(maxConcurrency)} is no count and no percentage`,
    );
  }
  return Math.max(1, Math.floor((clusters * Number(percent)) / 100));
}
