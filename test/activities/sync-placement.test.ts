import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { removeObject } from "../../src/activities/server-objects.js";
import {
  flushPlacement,
  makeSyncPlacement,
  placementWake,
  syncPlacement,
} from "../../src/activities/sync-placement.js";
import { ANNOTATION_RESOURCE_HASH } from "../../src/api/names.js";
import type { ObjectStore } from "../../src/storage/object-store.js";
import { openStoredHub, type StoredHub } from "../catalogue/support/stored-hub.js";

let hub: StoredHub;
beforeEach(async () => {
  hub = await openStoredHub("Cluster");
});
afterEach(() => hub.close());

/** The store as it is for a look that another one overtakes: its next snapshot is made a moment earlier, of other content. */
function overtaken(snapshots: ObjectStore): ObjectStore {
  let pending = true;
  return {
    ...snapshots,
    create: async (ref, object) => {
      if (pending) {
        pending = false;
        const annotations = { ...object.metadata.annotations, [ANNOTATION_RESOURCE_HASH]: "older" };
        await snapshots.create(ref, { ...object, metadata: { ...object.metadata, annotations } });
      }
      return snapshots.create(ref, object);
    },
  };
}

/** The hub's tools, and the collections that are listed with them. */
function listing(deps: StoredHub["deps"], fails = false) {
  const listed: string[] = [];
  const store: typeof deps.store = {
    ...deps.store,
    list: (collection) => {
      listed.push(collection.resource);
      return fails ? Promise.reject(new Error("storage is down")) : deps.store.list(collection);
    },
  };
  return { deps: { ...deps, store }, listed };
}

/** The collections that are listed by a look at the placement `p`, which was marked so before. */
async function listedByLook(hubDeps: StoredHub["deps"], fails = false): Promise<readonly string[]> {
  const { deps, listed } = listing(hubDeps, fails);
  const look = makeSyncPlacement(deps)(await placementTarget());
  if (fails) await expect(look).rejects.toThrow("storage is down");
  else expect(await look).toMatchObject({ kind: "Synced" });
  return listed;
}

async function placementTarget() {
  const { metadata } = (await hub.get("placement", "p")).body;
  return { kind: hub.names.kind("placement"), name: "p", uid: metadata.uid ?? "" };
}

describe("makeSyncPlacement", () => {
  const markProgress = async () =>
    hub.deps.wakeups.mark([placementWake(await placementTarget(), "progress")]);

  it("reads what is selected when nobody says what has changed", async () => {
    expect(await listedByLook(hub.deps)).toContain("configmaps");
  });

  it("does not read what is selected when only clusters have progressed", async () => {
    await markProgress();
    expect(await listedByLook(hub.deps)).not.toContain("configmaps");
  });

  it("reads it when something else has changed, too", async () => {
    await markProgress();
    await hub.deps.wakeups.mark([placementWake(await placementTarget())]);
    expect(await listedByLook(hub.deps)).toContain("configmaps");
  });

  it("reads it when a look that should have done so failed", async () => {
    await hub.deps.wakeups.mark([placementWake(await placementTarget())]);
    await listedByLook(hub.deps, true);
    await markProgress();
    expect(await listedByLook(hub.deps)).toContain("configmaps");
    await markProgress();
    expect(await listedByLook(hub.deps)).not.toContain("configmaps");
  });
});

describe("syncPlacement", () => {
  it("looks again when another look has taken a snapshot of something older meanwhile", async () => {
    const configMap = "/api/v1/namespaces/team/configmaps/cm";
    expect((await hub.api.patch(configMap, { data: { key: "two" } })).status).toBe(200);
    const placement = await placementTarget();
    const deps = { ...hub.deps, snapshots: overtaken(hub.deps.snapshots) };
    const synced = await syncPlacement(deps, placement);
    const latest = synced?.state.snapshots.find(
      (snapshot) => snapshot.metadata.labels?.["kubernetes-fleet.io/is-latest-snapshot"] === "true",
    );
    expect(latest?.metadata.name).toBe("p-2-snapshot");
    const { spec } = (await hub.get("snapshot", "p-2-snapshot")).body;
    expect(JSON.stringify(spec)).toContain('"key":"two"');
  });
});

describe("flushPlacement", () => {
  /** What is listed when a run of the placement is about to be computed. */
  async function listedByFlush(): Promise<readonly string[]> {
    const { deps, listed } = listing(hub.deps);
    expect((await flushPlacement(deps, await placementTarget()))?.state.snapshots).not.toEqual([]);
    return listed;
  }
  const bindings = async () => {
    const { name: _, ...collection } = hub.names.ref("binding", "");
    return (await hub.deps.store.list(collection)).items;
  };

  it("does not read what is selected when every change was looked at", async () => {
    expect(await listedByFlush()).not.toContain("configmaps");
  });

  it.each([
    { behaviour: "nobody has looked at a change yet", mark: undefined },
    { behaviour: "a look is under way or has failed", mark: "look" as const },
  ])("reads it when $behaviour", async ({ mark }) => {
    await hub.deps.wakeups.mark([placementWake(await placementTarget(), mark)]);
    expect(await listedByFlush()).toContain("configmaps");
  });

  it("reads it when the latest snapshot is missing", async () => {
    await removeObject(hub.deps.store, hub.names.ref("snapshot", "p-0-snapshot"));
    expect(await listedByFlush()).toContain("configmaps");
  });

  it("schedules in any case: a binding that somebody has removed is made again", async () => {
    for (const { metadata } of await bindings()) {
      await removeObject(hub.deps.store, hub.names.ref("binding", metadata.name));
    }
    expect(await listedByFlush()).not.toContain("configmaps");
    expect(await bindings()).toHaveLength(1);
  });
});
