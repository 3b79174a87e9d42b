import { TableClient } from "@azure/data-tables";
import { afterEach, beforeEach, describe, expect, inject, it, vi } from "vitest";
import { connectStorage, type Storage } from "../../src/storage/connect-storage.js";
import { isStoreError } from "../../src/storage/object-store.js";
import {
  CONFIG_MAPS,
  configMap,
  configMapRef,
  versionOf,
  withValue,
} from "../support/stored-objects.js";
import { freshPrefix } from "../support/table-prefix.js";
import { WatchRecorder } from "../support/watch-recorder.js";

const TWO_HOURS_MS = 2 * 60 * 60 * 1000;

describe("several instances on one account", () => {
  let prefix: string;
  let here: Storage;
  let there: Storage;
  const opened: Storage[] = [];
  const recorders: WatchRecorder[] = [];

  function connect(now: () => number = Date.now): Storage {
    const connectionString = inject("azurite");
    const config = { kind: "connectionString" as const, connectionString, prefix };
    const storage = connectStorage(config, { now });
    opened.push(storage);
    return storage;
  }

  function watch(storage: Storage, from?: string): WatchRecorder {
    const recorder = new WatchRecorder(storage.objects, CONFIG_MAPS, from);
    recorders.push(recorder);
    return recorder;
  }

  const create = (storage: Storage, name: string, value?: string) =>
    storage.objects.create(configMapRef(name), configMap(name, value));

  beforeEach(async () => {
    prefix = freshPrefix();
    here = connect();
    there = connect();
    await Promise.all([here.prepare(), there.prepare()]);
  });

  afterEach(async () => {
    await Promise.all(recorders.splice(0).map((recorder) => recorder.stop()));
    for (const storage of opened.splice(0)) storage.close();
  });

  it("sees what another instance writes, each change once", async () => {
    const { resourceVersion } = await here.objects.list(CONFIG_MAPS);
    const recorder = watch(here, resourceVersion);
    const one = await create(there, "one");
    await recorder.until(["Added team/one"]);
    const changed = await there.objects.update(configMapRef("one"), withValue(one, "v2"));
    await recorder.until(["Added team/one", "Modified team/one"]);
    const removed = await there.objects.remove(configMapRef("one"), versionOf(changed));
    await recorder.until(["Added team/one", "Modified team/one", "Deleted team/one"]);

    expect(recorder.events[1]).toEqual({ type: "Modified", object: changed, previous: one });
    expect(recorder.events[2]).toEqual({ type: "Deleted", object: removed });
  });

  it("shows in a list at once what another instance wrote", async () => {
    await here.objects.list(CONFIG_MAPS);
    const one = await create(there, "one");

    expect((await here.objects.list(CONFIG_MAPS)).items).toEqual([one]);
  });

  it("sees a removal and a creation under one name between two looks", async () => {
    const { resourceVersion } = await here.objects.list(CONFIG_MAPS);
    const old = await create(there, "one", "old");
    const recorder = watch(here, resourceVersion);
    await recorder.until(["Added team/one"]);
    await there.objects.remove(configMapRef("one"), versionOf(old));
    const fresh = await create(there, "one", "new");
    await vi.waitFor(
      () => expect(recorder.events.at(-1)).toEqual({ type: "Added", object: fresh }),
      {
        timeout: 5000,
      },
    );

    expect(recorder.told).toEqual(["Added team/one", "Deleted team/one", "Added team/one"]);
    expect(recorder.events[1]?.object.metadata.uid).toBe("one-old");
  });

  it("applies its own writes over another instance's in order", async () => {
    const one = await create(here, "one");
    const { resourceVersion } = await here.objects.list(CONFIG_MAPS);
    const recorder = watch(here, resourceVersion);
    const second = await there.objects.update(configMapRef("one"), withValue(one, "v2"));
    const third = await here.objects.update(configMapRef("one"), withValue(second, "v3"));

    await vi.waitFor(() => expect(recorder.events.at(-1)?.object).toEqual(third), {
      timeout: 5000,
    });
    expect(recorder.told.every((text) => text === "Modified team/one")).toBe(true);
  });

  it("goes on in another instance from the last event, and loses nothing", async () => {
    const recorder = watch(here);
    await create(here, "one");
    const two = await create(here, "two");
    await recorder.until(["Added team/one", "Added team/two"]);
    const last = recorder.events.at(-1)?.object.metadata.resourceVersion;
    await recorder.stop();
    await create(here, "three");
    await here.objects.remove(configMapRef("two"), versionOf(two));

    const resumed = watch(there, last);
    await vi.waitFor(() => expect(resumed.told).toContain("Deleted team/two"), { timeout: 5000 });
    expect(resumed.told).toContain("Added team/three");
  });

  it("goes on in another instance from a list, and loses nothing", async () => {
    const one = await create(here, "one");
    const { resourceVersion } = await here.objects.list(CONFIG_MAPS);
    await here.objects.remove(configMapRef("one"), versionOf(one));

    const resumed = watch(there, resourceVersion);
    await vi.waitFor(() => expect(resumed.told).toContain("Deleted team/one"), { timeout: 5000 });
  });

  it("refuses to go on from before the time that deletions are kept", async () => {
    const one = await create(here, "one");
    const later = connect(() => Date.now() + TWO_HOURS_MS);
    const recorder = watch(later, versionOf(one));

    await vi.waitFor(() =>
      expect(recorder.failure).toSatisfy((error) => isStoreError(error, "Expired")),
    );
  });

  it("lists and watches a collection that has not changed for hours", async () => {
    await create(here, "one");
    const later = connect(() => Date.now() + TWO_HOURS_MS);
    const { resourceVersion } = await later.objects.list(CONFIG_MAPS);
    const elsewhere = connect(() => Date.now() + TWO_HOURS_MS);
    const recorder = watch(elsewhere, resourceVersion);
    await create(elsewhere, "two");

    await recorder.until(["Added team/two"]);
  });

  it("cleans up what is left of objects deleted long ago", async () => {
    const one = await create(here, "one");
    await here.objects.remove(configMapRef("one"), versionOf(one));
    expect(await countRows()).toBe(1);
    const later = connect(() => Date.now() + TWO_HOURS_MS);

    await later.objects.list(CONFIG_MAPS);
    expect(await countRows()).toBe(0);
  });

  it("lets writers in all instances race, and one win each version", async () => {
    const first = await create(here, "one");
    const results = await Promise.allSettled(
      Array.from({ length: 40 }, (_, index) =>
        (index % 2 === 0 ? here : there).objects.update(
          configMapRef("one"),
          withValue(first, `writer ${index}`),
        ),
      ),
    );
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  async function countRows(): Promise<number> {
    const table = TableClient.fromConnectionString(inject("azurite"), `${prefix}objects`, {
      allowInsecureConnection: true,
    });
    let rows = 0;
    for await (const _row of table.listEntities()) rows += 1;
    return rows;
  }
});
