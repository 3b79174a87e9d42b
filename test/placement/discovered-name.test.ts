import { describe, expect, it } from "vitest";
import { discoveredName } from "../../src/placement/discovered-name.js";
import { makeCluster } from "./discovery-fixtures.js";
import { sha256 } from "./fixtures.js";

const nameOf = (cluster: string, taken: readonly string[] = []) =>
  discoveredName(makeCluster(cluster), (name) => taken.includes(name), sha256);

describe("the name of a discovered member", () => {
  it("is the cluster's own where it can be", () => {
    expect(nameOf("east-1")).toBe("east-1");
  });

  it.each([
    { cluster: "East", taken: [], name: /^east-[0-9a-f]{8}$/ },
    { cluster: "east_prod", taken: [], name: /^east-prod-[0-9a-f]{8}$/ },
    { cluster: "east", taken: ["east"], name: /^east-[0-9a-f]{8}$/ },
    { cluster: "X".repeat(63), taken: [], name: /^x{54}-[0-9a-f]{8}$/ },
  ])("gets a suffix for $cluster when $taken is taken", ({ cluster, taken, name }) => {
    expect(nameOf(cluster, taken)).toMatch(name);
    expect(nameOf(cluster, taken)).toBe(nameOf(cluster, taken));
  });

  it("gets a longer suffix when somebody has taken the shorter", () => {
    expect(nameOf("East", [nameOf("East")])).toMatch(/^east-[0-9a-f]{16}$/);
  });

  it("depends on which cluster it is and not on how its resource id is written", () => {
    const upper = makeCluster("East");
    const lower = { ...upper, resourceId: upper.resourceId.toLowerCase() };
    const elsewhere = makeCluster("East", { resourceGroup: "others" });
    const name = (cluster: typeof upper) => discoveredName(cluster, () => false, sha256);
    expect(name(upper)).toBe(name(lower));
    expect(name(upper)).not.toBe(name(elsewhere));
  });
});
