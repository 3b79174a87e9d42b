import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, inject, it, vi } from "vitest";
import type { KubeObject } from "../../src/api/meta.js";
import { connectStorage, type Storage } from "../../src/storage/connect-storage.js";
import { StoreError, type StoreEvent } from "../../src/storage/object-store.js";
import {
  CONFIG_MAPS,
  configMap,
  configMapRef,
  versionOf,
  withValue,
} from "../support/stored-objects.js";
import { freshPrefix } from "../support/table-prefix.js";
import { WatchRecorder } from "../support/watch-recorder.js";

const NAMES = ["a", "b", "c", "d", "e", "f"];
const WORKERS = 8;
const STEPS = 25;

describe("watches under load", () => {
  let instances: Storage[];
  let recorders: WatchRecorder[];

  beforeEach(async () => {
    const prefix = freshPrefix();
    const connectionString = inject("azurite");
    instances = [1, 2].map(() =>
      connectStorage({ kind: "connectionString", connectionString, prefix }),
    );
    await Promise.all(instances.map((instance) => instance.prepare()));
    recorders = [];
  });

  afterEach(async () => {
    await Promise.all(recorders.map((recorder) => recorder.stop()));
    for (const instance of instances) instance.close();
  });

  it.each([
    { behaviour: "leave each watcher with the state there is, seed 1", seed: 1 },
    { behaviour: "leave each watcher with the state there is, seed 2", seed: 2 },
    { behaviour: "leave each watcher with the state there is, seed 3", seed: 3 },
  ])("$behaviour", async ({ seed }) => {
    const random = randomFrom(seed);
    const [first] = instances;
    if (!first) throw new Error("no instance");
    for (const instance of instances) {
      for (const collection of [CONFIG_MAPS, { ...CONFIG_MAPS, namespace: "team" }]) {
        const { resourceVersion } = await instance.objects.list(collection);
        recorders.push(new WatchRecorder(instance.objects, collection, resourceVersion));
      }
    }
    const workers = Array.from({ length: WORKERS }, async (_, worker) => {
      const instance = instances[worker % instances.length] ?? first;
      for (let step = 0; step < STEPS; step += 1) {
        await changeSomething(instance, random, `${worker}-${step}`);
      }
    });
    await Promise.all(workers);

    const { items } = await first.objects.list(CONFIG_MAPS);
    for (const recorder of recorders) {
      await vi.waitFor(() => expect(stateAfter(recorder.events)).toEqual(items), { timeout: 5000 });
      expect(contradictionsIn(recorder.events)).toEqual([]);
    }
  });
});

/** Creates, updates or removes an object, whatever others do to it at the same time. */
async function changeSomething({ objects }: Storage, random: () => number, value: string) {
  const name = NAMES[Math.floor(random() * NAMES.length)] ?? "a";
  const ref = configMapRef(name);
  try {
    const object = await objects.get(ref);
    if (!object) await objects.create(ref, configMap(name, value));
    else if (random() < 0.4) await objects.remove(ref, versionOf(object));
    else await objects.update(ref, withValue(object, value));
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
  }
}

/** What somebody holds who applies the events one by one. */
function stateAfter(events: readonly StoreEvent[]): readonly KubeObject[] {
  const state = new Map<string, KubeObject>();
  for (const { type, object } of events) {
    if (type === "Deleted") state.delete(object.metadata.name);
    else state.set(object.metadata.name, object);
  }
  return [...state.values()].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

/** Events that do not follow from those before them: additions of what is there, changes of what is not. */
function contradictionsIn(events: readonly StoreEvent[]): readonly string[] {
  const present = new Map<string, KubeObject>();
  const wrong: string[] = [];
  for (const event of events) {
    const { name, uid } = event.object.metadata;
    const before = present.get(name);
    if ((event.type === "Added") === (before !== undefined)) wrong.push(`${event.type} ${name}`);
    if (event.type !== "Added" && before?.metadata.uid !== uid)
      wrong.push(`${event.type} of ${uid}`);
    if (event.type === "Modified") expect(event.previous).toEqual(before);
    if (event.type === "Deleted") present.delete(name);
    else present.set(name, event.object);
  }
  return wrong;
}

/** Numbers from 0 to below 1, the same for the same seed. */
function randomFrom(seed: number): () => number {
  const numbers = fc.sample(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), {
    seed,
    numRuns: 2 * WORKERS * STEPS,
  });
  return () => numbers.pop() ?? 0;
}
