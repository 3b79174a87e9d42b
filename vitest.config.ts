import { defineConfig } from "vitest/config";

/** Everything that needs Node alone. Tests against real API servers have a configuration of their own. */
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/members/**", "**/node_modules/**"],
    globalSetup: ["test/support/azurite-global-setup.ts"],
    pool: "forks",
    // Nearly all of the time is waiting for processes and timers, which needs no core.
    maxWorkers: 4,
    // A poll fails when something is wrong, not when the machine is busy.
    expect: { poll: { timeout: 30_000 } },
    provide: { waits: "short" },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
