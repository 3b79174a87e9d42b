import { defineConfig } from "vitest/config";

/** Everything that needs Node alone. Tests against real API servers have a configuration of their own. */
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/members/**", "**/node_modules/**"],
    globalSetup: ["test/support/azurite-global-setup.ts"],
    pool: "forks",
    provide: { waits: "short" },
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
