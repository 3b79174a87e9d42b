import { inject } from "vitest";
import type { Dependencies } from "../../src/activities/dependencies.js";
import { ClusterProgress } from "../../src/rollout/cluster-progress.js";
import { connectStorage } from "../../src/storage/connect-storage.js";
import { Inventory } from "../../src/storage/inventory.js";
import { makeWakeups, PendingWake } from "../../src/storage/wakeups.js";
import { freshPrefix } from "./table-prefix.js";

/** What the storage-facing parts of activities work with, on tables of its own; the clock stands still until it is set. */
export interface StoredDependencies
  extends Pick<
    Dependencies,
    "store" | "snapshots" | "contents" | "clusters" | "inventory" | "wakeups" | "now" | "newUid"
  > {
  setTime(time: string): void;
  close(): void;
}

export async function storedDependencies(): Promise<StoredDependencies> {
  const storage = connectStorage({
    kind: "connectionString",
    connectionString: inject("azurite"),
    prefix: freshPrefix(),
  });
  const clusters = storage.documents("clusterprogress", ClusterProgress);
  const inventory = storage.documents("inventory", Inventory);
  const wakeups = makeWakeups(storage.documents("wakeups", PendingWake));
  await storage.prepare();
  let now = new Date("2026-01-01T10:00:00Z");
  let uids = 0;
  return {
    store: storage.rows,
    snapshots: storage.objects,
    contents: storage.contents,
    clusters,
    inventory,
    wakeups,
    now: () => now,
    newUid: () => {
      uids += 1;
      return `uid-${uids}`;
    },
    setTime(time) {
      now = new Date(time);
    },
    close: () => storage.close(),
  };
}
