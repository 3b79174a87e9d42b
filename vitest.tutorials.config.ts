import { defineConfig } from "vitest/config";

/**
 * The documents with the waits that they print. A document is a test file, and nearly all of its time is waiting, so all
 * are played at once.
 */
export default defineConfig({
  test: {
    include: ["test/tutorials/s?-*.test.ts"],
    pool: "forks",
    // A poll fails when something is wrong, not when the machine is busy.
    expect: { poll: { timeout: 10_000 } },
    provide: { waits: "as documented" },
    maxWorkers: 8,
    testTimeout: 60_000,
    hookTimeout: 300_000,
  },
});
