import { describe, expect, it } from "vitest";
import { concurrencyLimit } from "../../src/rollout/concurrency.js";

describe("concurrencyLimit", () => {
  it.each([
    { behaviour: "takes a count as it is", maxConcurrency: 3, clusters: 10, limit: 3 },
    {
      behaviour: "takes a count above the clusters as it is",
      maxConcurrency: 15,
      clusters: 10,
      limit: 15,
    },
    {
      behaviour: "takes a count without clusters as it is",
      maxConcurrency: 3,
      clusters: 0,
      limit: 3,
    },
    { behaviour: "takes half of ten", maxConcurrency: "50%", clusters: 10, limit: 5 },
    { behaviour: "rounds a third of ten down", maxConcurrency: "33%", clusters: 10, limit: 3 },
    { behaviour: "rounds a quarter of seven down", maxConcurrency: "25%", clusters: 7, limit: 1 },
    {
      behaviour: "rounds seven tenths of three down",
      maxConcurrency: "70%",
      clusters: 3,
      limit: 2,
    },
    { behaviour: "rounds a percent of 99 up to one", maxConcurrency: "1%", clusters: 99, limit: 1 },
    { behaviour: "never drops below one cluster", maxConcurrency: "10%", clusters: 1, limit: 1 },
    {
      behaviour: "never drops below one without clusters",
      maxConcurrency: "50%",
      clusters: 0,
      limit: 1,
    },
    { behaviour: "takes all", maxConcurrency: "100%", clusters: 10, limit: 10 },
  ])("$behaviour", ({ maxConcurrency, clusters, limit }) => {
    expect(concurrencyLimit(maxConcurrency, clusters)).toBe(limit);
  });

  it("refuses a text that is no percentage", () => {
    expect(() => concurrencyLimit("50", 10)).toThrow('maxConcurrency "50"');
  });
});
