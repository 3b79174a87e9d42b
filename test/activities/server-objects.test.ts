import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { recordEvent } from "../../src/activities/record-event.js";
import {
  changeObject,
  createIfAbsent,
  removeFinalizers,
  removeObject,
} from "../../src/activities/server-objects.js";
import type { KubeObject } from "../../src/api/meta.js";
import { type StoredDependencies, storedDependencies } from "../support/activity-dependencies.js";

const ref = { group: "", resource: "configmaps", namespace: "app", name: "cm" };
const object = (more: Record<string, unknown> = {}): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "cm", namespace: "app" },
  ...more,
});

let deps: StoredDependencies;
beforeEach(async () => {
  deps = await storedDependencies();
});
afterEach(() => deps.close());

describe("createIfAbsent", () => {
  it("gives a new object its uid, time and generation", async () => {
    const { object: made, created } = await createIfAbsent(deps, ref, object());
    expect(created).toBe(true);
    expect(made.metadata).toMatchObject({
      uid: "uid-1",
      creationTimestamp: "2026-01-01T10:00:00Z",
      generation: 1,
    });
  });

  it("answers the object that is there when it is made again", async () => {
    await createIfAbsent(deps, ref, object({ data: { a: "1" } }));
    const again = await createIfAbsent(deps, ref, object({ data: { a: "2" } }));
    expect(again).toMatchObject({ created: false, object: { data: { a: "1" } } });
  });
});

describe("changeObject", () => {
  it("loses no change of writers that race", async () => {
    await createIfAbsent(deps, ref, object({ count: 0 }));
    const add = () =>
      changeObject(deps.store, ref, (current) => ({
        ...current,
        count: Number(current.count) + 1,
      }));
    await Promise.all(Array.from({ length: 10 }, add));
    expect((await deps.store.get(ref))?.count).toBe(10);
  });

  it("writes nothing when nothing changes", async () => {
    const { object: made } = await createIfAbsent(deps, ref, object());
    const same = await changeObject(deps.store, ref, (current) => ({ ...current }));
    expect(same?.metadata.resourceVersion).toBe(made.metadata.resourceVersion);
  });

  it("leaves an object alone that is gone", async () => {
    expect(await changeObject(deps.store, ref, (current) => current)).toBeUndefined();
  });
});

describe("removeFinalizers", () => {
  it("lets an object go that is being deleted and has no other finalizer", async () => {
    const metadata = {
      ...object().metadata,
      finalizers: ["a"],
      deletionTimestamp: "2026-01-01T10:00:00Z",
    };
    await createIfAbsent(deps, ref, object({ metadata }));
    await removeFinalizers(deps.store, ref, ["a"]);
    expect(await deps.store.get(ref)).toBeUndefined();
  });

  it("keeps an object that somebody else still holds", async () => {
    const metadata = {
      ...object().metadata,
      finalizers: ["a", "b"],
      deletionTimestamp: "2026-01-01T10:00:00Z",
    };
    await createIfAbsent(deps, ref, object({ metadata }));
    await removeFinalizers(deps.store, ref, ["a"]);
    expect((await deps.store.get(ref))?.metadata.finalizers).toEqual(["b"]);
  });
});

describe("removeObject", () => {
  it("is content when there is nothing to remove", async () => {
    await expect(removeObject(deps.store, ref)).resolves.toBeUndefined();
  });
});

describe("recordEvent", () => {
  const about = object({ metadata: { name: "cm", namespace: "app", uid: "u" } });
  const milestone = { type: "Normal", reason: "Seen", message: "it was seen" } as const;
  const events = async () =>
    (await deps.store.list({ group: "", resource: "events", namespace: "app" })).items;

  it("counts a milestone that happens again instead of adding another event", async () => {
    await recordEvent(deps, about, milestone);
    deps.setTime("2026-01-01T10:00:05.250Z");
    await recordEvent(deps, about, milestone);
    expect(await events()).toMatchObject([
      {
        reason: "Seen",
        count: 2,
        firstTimestamp: "2026-01-01T10:00:00.000Z",
        lastTimestamp: "2026-01-01T10:00:05.250Z",
        involvedObject: { kind: "ConfigMap", name: "cm", namespace: "app", uid: "u" },
      },
    ]);
  });

  it("tells the order of what happens within one second", async () => {
    await recordEvent(deps, about, { ...milestone, reason: "Started" });
    deps.setTime("2026-01-01T10:00:00.010Z");
    await recordEvent(deps, about, { ...milestone, reason: "Finished" });
    const inOrder = [...(await events())].sort((a, b) =>
      String(a.lastTimestamp) < String(b.lastTimestamp) ? -1 : 1,
    );
    expect(inOrder.map(({ reason }) => reason)).toEqual(["Started", "Finished"]);
  });

  it("announces each time in the words that alerts look for", async () => {
    const lines: string[] = [];
    const announce = (line: string) => lines.push(line);
    await recordEvent({ ...deps, announce }, about, milestone);
    await recordEvent({ ...deps, announce }, object({ kind: "Node", metadata: { name: "n" } }), {
      ...milestone,
      type: "Warning",
    });
    expect(lines.map((line) => JSON.parse(line.replace(/^event /, "")))).toEqual([
      {
        type: "Normal",
        reason: "Seen",
        subject: "ConfigMap/app/cm",
        uid: "u",
        message: "it was seen",
      },
      { type: "Warning", reason: "Seen", subject: "Node/n", message: "it was seen" },
    ]);
  });

  it("changes nothing when a crash makes it happen twice in one moment", async () => {
    await recordEvent(deps, about, milestone);
    deps.setTime("2026-01-01T10:00:00.700Z");
    await recordEvent(deps, about, milestone);
    expect(await events()).toMatchObject([{ count: 1 }]);
  });
});
