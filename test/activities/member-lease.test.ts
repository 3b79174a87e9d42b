import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Dependencies } from "../../src/activities/dependencies.js";
import { type LeaseTarget, releaseLease, takeLease } from "../../src/activities/member-lease.js";
import type { InventoryEntry } from "../../src/manifests/outcome.js";
import { type StoredDependencies, storedDependencies } from "../support/activity-dependencies.js";

const entry: InventoryEntry = { version: "v1", kind: "ConfigMap", namespace: "app", name: "cm" };
const held = (holder: string): LeaseTarget => ({ placementUid: "p", member: "member1", holder });
const keep = (known: readonly InventoryEntry[]) => known;

let stored: StoredDependencies;
let deps: Dependencies;

beforeEach(async () => {
  stored = await storedDependencies();
  deps = stored as unknown as Dependencies;
});
afterEach(() => stored.close());

describe("takeLease", () => {
  it("records what may be on the member before anything is applied", async () => {
    const lease = await takeLease(deps, held("run-1"), () => [entry]);
    expect(lease?.entries).toEqual([]);
    expect((await stored.inventory.get("p", "member1"))?.value.entries).toEqual([entry]);
  });

  it("is refused to a second holder until the first gives it back", async () => {
    const lease = await takeLease(deps, held("run-1"), keep);
    expect(await takeLease(deps, held("run-2"), keep)).toBeUndefined();
    if (lease) await releaseLease(deps, held("run-1"), lease, [entry]);
    expect((await takeLease(deps, held("run-2"), keep))?.entries).toEqual([entry]);
  });

  it("is given to the same holder again, whose earlier try died", async () => {
    await takeLease(deps, held("run-1"), () => [entry]);
    expect((await takeLease(deps, held("run-1"), keep))?.entries).toEqual([entry]);
  });

  it("outlives a holder that died for two minutes only", async () => {
    await takeLease(deps, held("run-1"), keep);
    stored.setTime("2026-01-01T10:02:01Z");
    expect(await takeLease(deps, held("run-2"), keep)).toBeDefined();
  });

  it("goes to one of many who ask at once", async () => {
    const asked = Array.from({ length: 10 }, (_, index) =>
      takeLease(deps, held(`run-${index}`), keep),
    );
    const given = (await Promise.all(asked)).filter((lease) => lease !== undefined);
    expect(given).toHaveLength(1);
  });
});

describe("releaseLease", () => {
  it("tells a holder that was too late that it lost the lease", async () => {
    const late = await takeLease(deps, held("run-1"), keep);
    stored.setTime("2026-01-01T10:02:01Z");
    await takeLease(deps, held("run-2"), keep);
    expect(late && (await releaseLease(deps, held("run-1"), late, [entry]))).toBe(false);
  });

  it("forgets a member that holds nothing any more", async () => {
    const lease = await takeLease(deps, held("run-1"), keep);
    if (lease) await releaseLease(deps, held("run-1"), lease, []);
    expect(await stored.inventory.list("p")).toEqual([]);
  });
});
