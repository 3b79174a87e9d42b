import { defineConfig } from "vitest/config";

/**
 * Tests against real API servers (`test/envtest`). The first run builds them with Go, which takes minutes; one file at a
 * time, because every member is two or three processes.
 */
export default defineConfig({
  test: {
    include: ["test/members/**/*.test.ts"],
    globalSetup: ["test/envtest/build-binaries.ts"],
    pool: "forks",
    // A poll fails when something is wrong, not when the machine is busy.
    expect: { poll: { timeout: 10_000 } },
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
