import { describe, expect, it } from "vitest";
import { syncOverride } from "../../src/orchestrations/sync-override.js";
import { drive } from "../support/drive.js";

const override = { kind: "ClusterResourceOverride", name: "o", uid: "1" };
const look = { call: "activity", name: "syncOverrideOnce", input: override };

describe("syncOverride", () => {
  it("looks once and ends", () => {
    expect(drive(syncOverride, override, () => ({ kind: "Synced" }))).toEqual([look]);
  });

  it("looks again when the override changed meanwhile", () => {
    const answers = [{ kind: "Again" }, { kind: "Synced" }];
    expect(drive(syncOverride, override, () => answers.shift())).toEqual([look, look]);
  });

  it("looks every minute at an override that is to go while a run needs it", () => {
    const answers = [{ kind: "InUse" }, undefined, { kind: "Synced" }];
    expect(drive(syncOverride, override, () => answers.shift())).toEqual([
      look,
      { call: "timer", at: "2026-01-01T10:01:00.000Z" },
      look,
    ]);
  });

  it("tries again half a minute after a failure", () => {
    const answers = [{ throws: new Error("storage is down") }, undefined, { kind: "Synced" }];
    expect(drive(syncOverride, override, () => answers.shift())).toEqual([
      look,
      { call: "timer", at: "2026-01-01T10:00:30.000Z" },
      look,
    ]);
  });
});
