import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  CONFIG_MAPS,
  configMap,
  openTestApi,
  type TestApi,
  WIDGETS,
  widget,
} from "./support/test-api.js";

let api: TestApi;
beforeEach(() => {
  api = openTestApi();
});
afterEach(() => {
  expect(api.unexpected).toEqual([]);
  api.close();
});

const gone = async (path: string) => (await api.get(path)).status === 404;

describe("delete", () => {
  it("answers a success Status that names the object's uid", async () => {
    const { uid } = (await api.post(WIDGETS, widget("a"))).body.metadata;
    const { status, body } = await api.delete(`${WIDGETS}/a`, {
      body: { propagationPolicy: "Background" },
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Success",
      details: { name: "a", group: "example.com", kind: "widgets", uid },
    });
    expect(await gone(`${WIDGETS}/a`)).toBe(true);
  });

  it.each([
    { behaviour: "a dry run in the body", query: "", body: { dryRun: ["All"] }, status: 200 },
    { behaviour: "a dry run in the query", query: "?dryRun=All", body: {}, status: 200 },
    {
      behaviour: "a uid that is another object's",
      query: "",
      body: { preconditions: { uid: "other" } },
      status: 409,
    },
    {
      behaviour: "a resourceVersion of before",
      query: "",
      body: { preconditions: { resourceVersion: "1" } },
      status: 409,
    },
    { behaviour: "an unknown policy", query: "", body: { propagationPolicy: "X" }, status: 422 },
    { behaviour: "options of a wrong type", query: "", body: { dryRun: 1 }, status: 400 },
  ])("leaves the object alone on $behaviour", async ({ query, body, status }) => {
    await api.post(CONFIG_MAPS, configMap("a"));
    expect((await api.delete(`${CONFIG_MAPS}/a${query}`, { body })).status).toBe(status);
    expect(await gone(`${CONFIG_MAPS}/a`)).toBe(false);
  });

  it("deletes what only the deleted object owns", async () => {
    const { uid } = (await api.post(WIDGETS, widget("owner"))).body.metadata;
    const owner = { apiVersion: "example.com/v1", kind: "Widget", name: "owner", uid };
    const other = { ...owner, uid: "another" };
    await api.post(CONFIG_MAPS, configMap("owned", {}, { ownerReferences: [owner] }));
    await api.post(CONFIG_MAPS, configMap("shared", {}, { ownerReferences: [owner, other] }));
    await api.post(CONFIG_MAPS, configMap("free"));
    await api.delete(`${WIDGETS}/owner`);
    await expect.poll(() => gone(`${CONFIG_MAPS}/owned`)).toBe(true);
    expect(await gone(`${CONFIG_MAPS}/shared`)).toBe(false);
    expect(await gone(`${CONFIG_MAPS}/free`)).toBe(false);
  });

  it("keeps owned objects on Orphan, and takes the reference to the owner out of them", async () => {
    const { uid } = (await api.post(WIDGETS, widget("owner"))).body.metadata;
    const owner = { apiVersion: "example.com/v1", kind: "Widget", name: "owner", uid };
    const other = { ...owner, uid: "another" };
    await api.post(WIDGETS, widget("kept", {}, { ownerReferences: [owner] }));
    await api.post(WIDGETS, widget("shared", {}, { ownerReferences: [other, owner] }));
    await api.delete(`${WIDGETS}/owner`, { body: { propagationPolicy: "Orphan" } });
    const ownersOf = async (name: string) =>
      (await api.get(`${WIDGETS}/${name}`)).body.metadata.ownerReferences;
    await expect.poll(() => ownersOf("kept")).toBeUndefined();
    await expect.poll(() => ownersOf("shared")).toEqual([other]);
  });

  it("deletes the selected part of a collection", async () => {
    await api.post(WIDGETS, widget("a", {}, { labels: { del: "3" } }));
    await api.post(WIDGETS, widget("b"));
    const { body } = await api.delete(`${WIDGETS}?labelSelector=del%3D3`);
    expect(body.items).toHaveLength(1);
    expect(await gone(`${WIDGETS}/a`)).toBe(true);
    expect(await gone(`${WIDGETS}/b`)).toBe(false);
  });
});

describe("namespaces", () => {
  const inside = "/api/v1/namespaces/t1/configmaps";
  beforeEach(async () => {
    const created = await api.post("/api/v1/namespaces", { metadata: { name: "t1" } });
    expect(created.body).toMatchObject({
      spec: { finalizers: ["kubernetes"] },
      status: { phase: "Active" },
    });
  });

  it.each(["default", "kube-system", "kube-public"])(
    "has %s and does not delete it",
    async (name) => {
      expect((await api.get(`/api/v1/namespaces/${name}`)).status).toBe(200);
      const { status, body } = await api.delete(`/api/v1/namespaces/${name}`);
      expect(status).toBe(403);
      expect(body.message).toBe(
        `namespaces "${name}" is forbidden: this namespace may not be deleted`,
      );
    },
  );

  it("goes at once with everything in it", async () => {
    await api.post(inside, configMap("a"));
    await api.post("/apis/example.com/v1/namespaces/t1/widgets", widget("b"));
    const { body } = await api.delete("/api/v1/namespaces/t1");
    expect(body).toMatchObject({ status: "Success", details: { name: "t1", kind: "namespaces" } });
    expect((await api.get(`${inside}/a`)).body.message).toBe('configmaps "a" not found');
    expect(await gone("/api/v1/namespaces/t1")).toBe(true);
  });

  it("stays Terminating, and takes nothing new, while something in it has finalizers", async () => {
    await api.post(inside, configMap("a", {}, { finalizers: ["example.com/hold"] }));
    const { body } = await api.delete("/api/v1/namespaces/t1");
    expect(body).toMatchObject({ kind: "Namespace", status: { phase: "Terminating" } });
    const refused = await api.post(inside, configMap("b"));
    expect(refused.status).toBe(403);
    expect(refused.body.message).toBe(
      'configmaps "b" is forbidden: unable to create new content in namespace t1 because it is being terminated',
    );
    await api.patch(`${inside}/a`, { metadata: { finalizers: null } });
    expect(await gone("/api/v1/namespaces/t1")).toBe(true);
  });
});

describe("motion", () => {
  it("marks before and wakes after each write, and not on a dry run or a refusal", async () => {
    api.close();
    const seen: unknown[] = [];
    const { widgetKind } = await import("./support/widget-kind.js");
    api = openTestApi({
      kinds: [
        widgetKind({
          namespaced: false,
          setsInMotion: async ({ before, after }, store) => {
            const stored = await store.list({ group: "example.com", resource: "widgets" });
            seen.push([before?.metadata.name, after?.metadata.name, stored.items.length]);
            const { name, uid = "" } = (after ?? before)?.metadata ?? { name: "" };
            return [
              {
                orchestration: "syncPlacement",
                instanceId: uid,
                input: { kind: "Widget", name, uid },
              },
            ];
          },
        }),
      ],
    });
    const path = "/apis/example.com/v1/widgets";
    await api.post(`${path}?dryRun=All`, widget("a"));
    await api.post(path, widget("a", { color: "invisible" }));
    expect(api.motion).toEqual([]);
    await api.post(path, widget("a"));
    await api.patch(`${path}/a`, { spec: { color: "red" } });
    await api.patch(`${path}/a`, { spec: { color: "blue" } });
    await api.delete(`${path}/a`);
    expect(api.motion.map(({ step }) => step)).toEqual([
      "mark",
      "wake",
      "mark",
      "wake",
      "mark",
      "wake",
    ]);
    expect(seen).toEqual([
      [undefined, "a", 0],
      ["a", "a", 1],
      ["a", undefined, 1],
    ]);
  });
});
