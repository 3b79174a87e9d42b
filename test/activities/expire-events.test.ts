import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSqliteObjectStore } from "../../local/simulated-members/sqlite-object-store.js";
import { EventExpiry } from "../../src/activities/expire-events.js";
import { recordEvent } from "../../src/activities/record-event.js";
import type { CollectionRef, ObjectStore } from "../../src/storage/object-store.js";

const NOON = Date.parse("2026-01-01T12:00:00Z");
const MINUTE = 60_000;

describe("events", () => {
  let sqlite: ReturnType<typeof openSqliteObjectStore>;
  let store: ObjectStore;
  let now: number;
  let looks: number;
  beforeEach(() => {
    sqlite = openSqliteObjectStore(":memory:");
    now = NOON;
    looks = 0;
    const list = (collection: CollectionRef) => {
      looks += 1;
      return sqlite.list(collection);
    };
    store = {
      get: (ref) => sqlite.get(ref),
      list,
      create: (ref, object) => sqlite.create(ref, object),
      update: (ref, object) => sqlite.update(ref, object),
      remove: (ref, version) => sqlite.remove(ref, version),
      watch: (collection, from, signal) => sqlite.watch(collection, from, signal),
    };
  });
  afterEach(() => sqlite.close());

  const clock = () => new Date(now);
  async function record(message: string, minutes = 0): Promise<void> {
    const time = new Date(NOON + minutes * MINUTE);
    const maker = { store, now: () => time, newUid: () => message };
    const about = { apiVersion: "v1", kind: "Namespace", metadata: { name: "n", uid: "u" } };
    await recordEvent(maker, about, { type: "Normal", reason: "Seen", message });
  }
  const messages = async () =>
    (await sqlite.list({ group: "", resource: "events" })).items.map(({ message }) => message);
  async function collectAfter(expiry: EventExpiry, minutes: number): Promise<void> {
    now = NOON + minutes * MINUTE;
    await expiry.collect();
  }

  it("go an hour after they were last seen", async () => {
    const expiry = new EventExpiry({ store, now: clock });
    await record("once");
    await record("again");
    await record("again", 30);
    await collectAfter(expiry, 59);
    expect(await messages()).toHaveLength(2);
    await collectAfter(expiry, 60);
    expect(await messages()).toEqual(["again"]);
    await collectAfter(expiry, 90);
    expect(await messages()).toEqual([]);
  });

  it("are left when they were written without a time a moment ago", async () => {
    const metadata = { name: "e", namespace: "default", creationTimestamp: "2026-01-01T11:59:00Z" };
    const ref = { group: "", resource: "events", namespace: "default", name: "e" };
    await store.create(ref, { apiVersion: "v1", kind: "Event", metadata, message: "bare" });
    await new EventExpiry({ store, now: clock }).collect();
    expect(await messages()).toEqual(["bare"]);
  });

  it("are looked for only when one can be due: once an hour in an idle app", async () => {
    const expiry = new EventExpiry({ store, now: clock });
    for (let minutes = 0; minutes < 180; minutes += 5) await collectAfter(expiry, minutes);
    expect(looks).toBe(3);
  });

  it("go in batches", async () => {
    const expiry = new EventExpiry({ store, now: clock });
    for (let index = 0; index < 510; index += 1) await record(`e${index}`);
    await collectAfter(expiry, 60);
    expect(await messages()).toHaveLength(10);
    await collectAfter(expiry, 65);
    expect(await messages()).toEqual([]);
  });
});
