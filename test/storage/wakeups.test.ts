import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PendingWake } from "../../src/storage/wakeups.js";
import { type StoredDependencies, storedDependencies } from "../support/activity-dependencies.js";

const wake = (instanceId: string): PendingWake => ({
  orchestration: "updateRun",
  instanceId,
  input: { kind: "ClusterStagedUpdateRun", name: "run", uid: instanceId },
});

let deps: StoredDependencies;
beforeEach(async () => {
  deps = await storedDependencies();
});
afterEach(() => deps.close());

describe("wakeups", () => {
  it("says which of the marked ones were not pending already", async () => {
    await deps.wakeups.mark([wake("a")]);
    expect(await deps.wakeups.mark([wake("a"), wake("b")])).toEqual(new Set(["b"]));
  });

  it("are pending until their instance begins to look", async () => {
    await deps.wakeups.mark([wake("a")]);
    expect(await deps.wakeups.isPending("a")).toBe(true);
    await deps.wakeups.clear("a");
    expect(await deps.wakeups.isPending("a")).toBe(false);
  });

  it("are listed with what is needed to start the instance", async () => {
    await deps.wakeups.mark([wake("a"), wake("b")]);
    expect(await deps.wakeups.list()).toEqual([wake("a"), wake("b")]);
  });

  it("may be cleared twice", async () => {
    await deps.wakeups.mark([wake("a")]);
    expect(await deps.wakeups.clear("a")).toBe(true);
    expect(await deps.wakeups.clear("a")).toBe(false);
  });
});
