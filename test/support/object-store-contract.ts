import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { KubeObject } from "../../src/api/meta.js";
import { isStoreError, type ObjectRef, type ObjectStore } from "../../src/storage/object-store.js";
import { WatchRecorder } from "./watch-recorder.js";

const CONFIG_MAPS = { group: "", resource: "configmaps" };
const RUNS = { group: "placement.kubernetes-fleet.io", resource: "clusterstagedupdateruns" };

interface OpenStore {
  readonly store: ObjectStore;
  close(): Promise<void>;
}

/** What every object store must do. `open` gives an empty store. */
export function objectStoreContract(name: string, open: () => Promise<OpenStore>): void {
  describe(`${name} as an object store`, () => {
    let opened: OpenStore;
    let store: ObjectStore;
    const recorders: WatchRecorder[] = [];

    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });

    afterEach(async () => {
      await Promise.all(recorders.splice(0).map((recorder) => recorder.stop()));
      await opened.close();
    });

    function watch(...[collection, from]: [Parameters<ObjectStore["watch"]>[0], string?]) {
      const recorder = new WatchRecorder(store, collection, from);
      recorders.push(recorder);
      return recorder;
    }

    const create = (namespace: string, objectName: string, value = "v1") =>
      store.create(refOf(namespace, objectName), configMap(namespace, objectName, value));

    const update = (object: KubeObject, value: string) =>
      store.update(refOf(object.metadata.namespace, object.metadata.name), {
        ...object,
        data: { value },
      });

    const remove = (object: KubeObject) =>
      store.remove(
        refOf(object.metadata.namespace, object.metadata.name),
        object.metadata.resourceVersion ?? "",
      );

    describe("reading and writing", () => {
      it("gives back what was created, at a version", async () => {
        const object = {
          ...configMap("a", "one", "ü 你好 \u2028 \u{1f680} '\"\\"),
          extra: [1, null],
        };
        const created = await store.create(refOf("a", "one"), object);

        expect(created.metadata.resourceVersion).toMatch(/^[1-9][0-9]*$/);
        expect(await store.get(refOf("a", "one"))).toEqual(created);
        expect(created).toEqual(atVersionOf(created, object));
      });

      it("does not find what was never created", async () => {
        expect(await store.get(refOf("a", "none"))).toBeUndefined();
      });

      it("keeps objects of the same name in namespaces of their own", async () => {
        await create("a", "one", "in a");
        await create("b", "one", "in b");

        expect(await store.get(refOf("a", "one"))).toMatchObject({ data: { value: "in a" } });
        expect(await store.get(refOf("b", "one"))).toMatchObject({ data: { value: "in b" } });
      });

      it("changes the version with every update", async () => {
        const first = await create("a", "one");
        const second = await update(first, "v2");
        const third = await update(second, "v3");

        expect(versionsOf([first, second, third])).toHaveLength(3);
        expect(await store.get(refOf("a", "one"))).toEqual(third);
      });

      it("holds objects of several hundred kilobytes", async () => {
        const value = "0123456789".repeat(70_000);
        const created = await create("a", "large", value);
        const updated = await update(created, `${value}!`);

        expect(await store.get(refOf("a", "large"))).toEqual(updated);
      });

      it("answers a removal with the last state at a new version", async () => {
        const created = await create("a", "one");
        const removed = await remove(created);

        expect(removed).toEqual(atVersionOf(removed, created));
        expect(versionsOf([created, removed])).toHaveLength(2);
        expect(await store.get(refOf("a", "one"))).toBeUndefined();
      });

      it("creates again under the name of a removed object", async () => {
        await remove(await create("a", "one", "old"));
        await create("a", "one", "new");

        expect(await store.get(refOf("a", "one"))).toMatchObject({ data: { value: "new" } });
        expect(namesOf((await store.list(CONFIG_MAPS)).items)).toEqual(["a/one"]);
      });
    });

    describe("refusals", () => {
      it.each([
        {
          behaviour: "refuses to create what exists",
          kind: "AlreadyExists" as const,
          act: (object: KubeObject) => create("a", object.metadata.name),
        },
        {
          behaviour: "refuses to update over another version",
          kind: "Conflict" as const,
          act: async (object: KubeObject) => {
            await update(object, "v2");
            return update(object, "v3");
          },
        },
        {
          behaviour: "refuses to update without a version",
          kind: "Conflict" as const,
          act: (object: KubeObject) =>
            update({ ...object, metadata: { name: "one", namespace: "a" } }, "v2"),
        },
        {
          behaviour: "refuses to remove another version",
          kind: "Conflict" as const,
          act: async (object: KubeObject) => {
            await update(object, "v2");
            return remove(object);
          },
        },
        {
          behaviour: "refuses to update what was removed",
          kind: "NotFound" as const,
          act: async (object: KubeObject) => {
            await remove(object);
            return update(object, "v2");
          },
        },
        {
          behaviour: "refuses to update the last state of what was removed",
          kind: "NotFound" as const,
          act: async (object: KubeObject) => update(await remove(object), "v2"),
        },
        {
          behaviour: "refuses to remove what was removed",
          kind: "NotFound" as const,
          act: async (object: KubeObject) => remove(await remove(object)),
        },
      ])("$behaviour", async ({ kind, act }) => {
        const object = await create("a", "one");
        const error = await act(object).then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        expect(error).toSatisfy((thrown) => isStoreError(thrown, kind));
      });

      it("lets one of many writers win each version", async () => {
        const first = await create("a", "one");
        const writers = Array.from({ length: 100 }, (_, index) => update(first, `writer ${index}`));
        const results = await Promise.allSettled(writers);

        const won = results.filter((result) => result.status === "fulfilled");
        const lost = results.filter((result) => result.status === "rejected");
        expect(won).toHaveLength(1);
        expect(lost.every(({ reason }) => isStoreError(reason, "Conflict"))).toBe(true);
        expect(await store.get(refOf("a", "one"))).toEqual(won[0]?.value);
      });

      it("lets one of many creators win, also over a removed object", async () => {
        await remove(await create("a", "one"));
        const creators = Array.from({ length: 30 }, (_, index) => create("a", "one", `${index}`));
        const results = await Promise.allSettled(creators);

        const won = results.filter((result) => result.status === "fulfilled");
        expect(won).toHaveLength(1);
        expect(await store.get(refOf("a", "one"))).toEqual(won[0]?.value);
      });

      it("counts every increment of many who retry on conflict", async () => {
        await create("a", "counter", "0");
        await Promise.all(
          Array.from({ length: 20 }, () => increment(store, refOf("a", "counter"))),
        );

        expect(await store.get(refOf("a", "counter"))).toMatchObject({ data: { value: "20" } });
      });
    });

    describe("lists", () => {
      it("are empty, at a version that is neither empty nor zero, when nothing is there", async () => {
        const list = await store.list(CONFIG_MAPS);

        expect(list.items).toEqual([]);
        expect(list.resourceVersion).not.toMatch(/^0*$/);
      });

      it("hold all namespaces in byte order of namespace and name", async () => {
        for (const [namespace, objectName] of [
          ["team-b", "x"],
          ["team", "b.c"],
          ["team", "b-c"],
          ["team", "b"],
          ["team", "b0"],
          ["a", "z"],
        ] as const) {
          await create(namespace, objectName);
        }
        expect(namesOf((await store.list(CONFIG_MAPS)).items)).toEqual([
          "a/z",
          "team/b",
          "team/b-c",
          "team/b.c",
          "team/b0",
          "team-b/x",
        ]);
      });

      it("hold one namespace, and no other kind", async () => {
        await create("team", "one");
        await create("team-b", "two");
        await store.create(
          { group: "", resource: "configmapsets", namespace: "team", name: "three" },
          configMap("team", "three", "v1"),
        );
        const list = await store.list({ ...CONFIG_MAPS, namespace: "team" });

        expect(namesOf(list.items)).toEqual(["team/one"]);
      });

      it("hold cluster-scoped objects, with colons in their names too", async () => {
        for (const objectName of ["run-2", "system:run", "run-1"]) {
          await store.create({ ...RUNS, name: objectName }, run(objectName));
        }
        expect(namesOf((await store.list(RUNS)).items)).toEqual([
          "/run-1",
          "/run-2",
          "/system:run",
        ]);
      });

      it("show what was written before, and not what was removed", async () => {
        const one = await create("a", "one");
        await create("a", "two");
        await remove(one);

        expect(namesOf((await store.list(CONFIG_MAPS)).items)).toEqual(["a/two"]);
      });

      it("give objects as they are read one by one", async () => {
        const created = await create("a", "one");
        await update(created, "v2");

        const [listed] = (await store.list(CONFIG_MAPS)).items;
        expect(listed).toEqual(await store.get(refOf("a", "one")));
      });
    });

    describe("watches", () => {
      it("begin with everything there is when no version is given", async () => {
        await create("a", "one");
        await create("b", "two");
        const recorder = watch(CONFIG_MAPS);

        await recorder.until(["Added a/one", "Added b/two"]);
        await create("b", "three");
        await recorder.until(["Added a/one", "Added b/two", "Added b/three"]);
      });

      it('begin with everything there is at version "0"', async () => {
        await create("a", "one");

        await watch(CONFIG_MAPS, "0").until(["Added a/one"]);
      });

      it("tell each change after a list once, in order", async () => {
        await create("a", "before");
        const { resourceVersion } = await store.list(CONFIG_MAPS);
        const recorder = watch(CONFIG_MAPS, resourceVersion);
        const one = await create("a", "one");
        await remove(await update(one, "v2"));
        await create("a", "one", "v3");

        await create("a", "last");

        await recorder.until([
          "Added a/one",
          "Modified a/one",
          "Deleted a/one",
          "Added a/one",
          "Added a/last",
        ]);
      });

      it("tell what happened between the list and the watch", async () => {
        const { resourceVersion } = await store.list(CONFIG_MAPS);
        const one = await create("a", "one");
        await update(one, "v2");

        await watch(CONFIG_MAPS, resourceVersion).until(["Added a/one", "Modified a/one"]);
      });

      it("go on after any event they told", async () => {
        const { resourceVersion } = await store.list(CONFIG_MAPS);
        const first = watch(CONFIG_MAPS, resourceVersion);
        const one = await create("a", "one");
        await create("a", "two");
        await update(one, "v2");
        await first.until(["Added a/one", "Added a/two", "Modified a/one"]);

        const second = watch(CONFIG_MAPS, first.events[0]?.object.metadata.resourceVersion);
        await second.until(["Added a/two", "Modified a/one"]);
      });

      it("carry the state before a change and the last state of what was deleted", async () => {
        const { resourceVersion } = await store.list(CONFIG_MAPS);
        const recorder = watch(CONFIG_MAPS, resourceVersion);
        const created = await create("a", "one", "v1");
        const updated = await update(created, "v2");
        const removed = await remove(updated);

        await recorder.until(["Added a/one", "Modified a/one", "Deleted a/one"]);
        expect(recorder.events).toEqual([
          { type: "Added", object: created },
          { type: "Modified", object: updated, previous: created },
          { type: "Deleted", object: removed },
        ]);
      });

      it("see their own namespace only", async () => {
        const recorder = watch({ ...CONFIG_MAPS, namespace: "a" });
        await create("b", "two");
        await create("a", "one");

        await recorder.until(["Added a/one"]);
      });

      it("see every one of many concurrent changes", async () => {
        const { resourceVersion } = await store.list(CONFIG_MAPS);
        const recorder = watch(CONFIG_MAPS, resourceVersion);
        const names = Array.from({ length: 60 }, (_, index) => `object-${100 + index}`);
        await Promise.all(
          names.map(async (objectName) => {
            const created = await create("a", objectName);
            await remove(await update(created, "v2"));
          }),
        );

        await vi.waitFor(() => expect(recorder.events).toHaveLength(180), { timeout: 5000 });
        for (const objectName of names) {
          expect(recorder.told.filter((text) => text.endsWith(`a/${objectName}`))).toEqual([
            `Added a/${objectName}`,
            `Modified a/${objectName}`,
            `Deleted a/${objectName}`,
          ]);
        }
      });

      it("end without an error when they are aborted", async () => {
        const recorder = watch(CONFIG_MAPS);
        await create("a", "one");
        await recorder.until(["Added a/one"]);

        await expect(recorder.stop()).resolves.toBeUndefined();
      });

      it("are refused from what is no version", async () => {
        const recorder = watch(CONFIG_MAPS, "not-a-version");

        await vi.waitFor(() =>
          expect(recorder.failure).toSatisfy((error) => isStoreError(error, "Expired")),
        );
      });
    });
  });
}

function refOf(namespace: string | undefined, name: string): ObjectRef {
  return { ...CONFIG_MAPS, ...(namespace !== undefined && { namespace }), name };
}

function configMap(namespace: string, name: string, value: string): KubeObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace }, data: { value } };
}

/** Adds one, as often as it takes. */
async function increment(store: ObjectStore, ref: ObjectRef): Promise<KubeObject> {
  const counter = await store.get(ref);
  if (!counter) throw new Error("the counter has gone");
  const { value } = counter.data as { readonly value: string };
  try {
    return await store.update(ref, { ...counter, data: { value: String(Number(value) + 1) } });
  } catch (error) {
    if (isStoreError(error, "Conflict")) return increment(store, ref);
    throw error;
  }
}

function run(name: string): KubeObject {
  return {
    apiVersion: "placement.kubernetes-fleet.io/v1",
    kind: "ClusterStagedUpdateRun",
    metadata: { name },
  };
}

function atVersionOf(at: KubeObject, object: KubeObject): KubeObject {
  const { resourceVersion } = at.metadata;
  return {
    ...object,
    metadata: { ...object.metadata, ...(resourceVersion !== undefined && { resourceVersion }) },
  };
}

function versionsOf(objects: readonly KubeObject[]): readonly (string | undefined)[] {
  return [...new Set(objects.map(({ metadata }) => metadata.resourceVersion))];
}

function namesOf(objects: readonly KubeObject[]): readonly string[] {
  return objects.map(({ metadata }) => `${metadata.namespace ?? ""}/${metadata.name}`);
}
