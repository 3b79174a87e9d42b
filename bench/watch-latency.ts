import { connectStorage, type Storage } from "../src/storage/connect-storage.js";
import type { BenchApp } from "./bench-app.js";
import { type Note, noteSpread } from "./figures.js";
import { configMapObject, namespaceObject } from "./rollout-objects.js";
import { WatchedVersions } from "./watched-versions.js";

const NAMESPACE = "watched";
const NAME = "settings";
const COLLECTION = `/api/v1/namespaces/${NAMESPACE}/configmaps`;
const CHANGES = 40;
const CHANGES_ELSEWHERE = 15;

/** From the answer to a write until a watch shows it: of a write through this app, and of another instance's. */
export async function measureWatchLatency(app: BenchApp, note: Note): Promise<void> {
  const { hub, url, connectionString } = app;
  await hub.create("/api/v1/namespaces", namespaceObject(NAMESPACE));
  await hub.create(COLLECTION, configMapObject(NAME, "value"));
  const watched = await WatchedVersions.open(`${url}${COLLECTION}`);
  const elsewhere = connectStorage({ kind: "connectionString", connectionString });
  try {
    const here = await latencies(CHANGES, watched, async (index) => {
      const patch = { data: { key: `here ${index}` } };
      const { metadata } = await hub.mergePatch(`${COLLECTION}/${NAME}`, patch);
      return metadata.resourceVersion;
    });
    noteSpread(note, "change through the same app", here);
    const there = await latencies(CHANGES_ELSEWHERE, watched, (index) => write(elsewhere, index));
    noteSpread(note, "change by another instance", there);
  } finally {
    elsewhere.close();
    await watched.close();
  }
}

async function latencies(
  count: number,
  watched: WatchedVersions,
  change: (index: number) => Promise<string | undefined>,
): Promise<readonly number[]> {
  const durations: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const version = await change(index);
    const answered = performance.now();
    // The event may come before the answer.
    durations.push(Math.max(0, (await watched.seenAt(version ?? "")) - answered));
  }
  return durations;
}

async function write(elsewhere: Storage, index: number): Promise<string | undefined> {
  const ref = { group: "", resource: "configmaps", namespace: NAMESPACE, name: NAME };
  const object = await elsewhere.objects.get(ref);
  if (!object) throw new Error(`${COLLECTION}/${NAME} is gone`);
  const changed = { ...object, data: { key: `there ${index}` } };
  return (await elsewhere.objects.update(ref, changed)).metadata.resourceVersion;
}
