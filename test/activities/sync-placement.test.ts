import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { syncPlacement } from "../../src/activities/sync-placement.js";
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

describe("syncPlacement", () => {
  it("looks again when another look has taken a snapshot of something older meanwhile", async () => {
    const configMap = "/api/v1/namespaces/team/configmaps/cm";
    expect((await hub.api.patch(configMap, { data: { key: "two" } })).status).toBe(200);
    const { metadata } = (await hub.get("placement", "p")).body;
    const placement = { kind: hub.names.kind("placement"), name: "p", uid: metadata.uid ?? "" };
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
