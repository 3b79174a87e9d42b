import type { HubClient } from "../local/hub-client.js";
import type { BenchApp } from "./bench-app.js";
import { milliseconds, type Note, noteSpread } from "./figures.js";
import { configMapObject, namespaceObject } from "./rollout-objects.js";

const OBJECTS = 10_000;
const FEW_OBJECTS = 10;
const WRITERS = 16;
const TRIES = 40;

/** Reads and writes among ten thousand objects of a kind, and how much slower they are than among ten. */
export async function measureManyObjects({ hub, url }: BenchApp, note: Note): Promise<void> {
  const few = await measureRequests(hub, url, note, "few", FEW_OBJECTS);
  const many = await measureRequests(hub, url, note, "many", OBJECTS);
  note("GET, many against few", many.get / few.get, "ratio");
  note("write, many against few", many.write / few.write, "ratio");
}

async function measureRequests(
  hub: HubClient,
  url: string,
  note: Note,
  namespace: string,
  count: number,
): Promise<{ readonly get: number; readonly write: number }> {
  const collection = `/api/v1/namespaces/${namespace}/configmaps`;
  await hub.create("/api/v1/namespaces", namespaceObject(namespace));
  const filling = await milliseconds(() => fill(hub, collection, count));
  note(`create ${count}, ${WRITERS} at a time, each`, filling / count, "ms");

  const one = (index: number) => `${collection}/object-${(index * 97) % count}`;
  const get = await repeat((index) => read(`${url}${one(index)}`));
  const list = await repeat(() => read(`${url}${collection}?limit=500`));
  const write = await repeat((index) =>
    hub.mergePatch(one(index), { data: { key: `value ${index}` } }),
  );
  noteSpread(note, `list of 500 of ${count}`, list);
  return {
    get: noteSpread(note, `GET of one of ${count}`, get),
    write: noteSpread(note, `PATCH of one of ${count}`, write),
  };
}

async function fill(hub: HubClient, collection: string, count: number): Promise<void> {
  let next = 0;
  const write = async () => {
    while (next < count) {
      const name = `object-${next}`;
      next += 1;
      await hub.create(collection, configMapObject(name, "value"));
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, write));
}

/** Durations of the request, one after the other. */
async function repeat(request: (index: number) => Promise<unknown>): Promise<readonly number[]> {
  const durations: number[] = [];
  for (let index = 0; index < TRIES; index += 1) {
    durations.push(await milliseconds(() => request(index)));
  }
  return durations;
}

/** Without parsing: that would be the client's time. @throws Error when the answer is a failure */
async function read(url: string): Promise<void> {
  const response = await fetch(url);
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`GET ${url} answered ${response.status}`);
}
