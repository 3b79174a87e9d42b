import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  CONFIG_MAPS,
  configMap,
  openTestApi,
  TABLE,
  type TestApi,
  type TestRequest,
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

interface Event {
  readonly type: string;
  readonly object: {
    readonly kind: string;
    readonly metadata: { readonly name: string; readonly resourceVersion: string };
    readonly [field: string]: unknown;
  };
}

/** Reads the events of one watch one by one; undefined when the stream has ended. */
async function openWatch(path: string, request: TestRequest = {}) {
  const client = new AbortController();
  const response = await api.fetchRaw("GET", path, request, client.signal);
  expect(response.status).toBe(200);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const next = async (): Promise<Event | undefined> => {
    for (;;) {
      const end = text.indexOf("\n");
      if (end >= 0) {
        const line = text.slice(0, end);
        text = text.slice(end + 1);
        return JSON.parse(line);
      }
      const chunk = await reader?.read();
      if (!chunk || chunk.done) return undefined;
      text += chunk.value;
    }
  };
  const told = async () => {
    const event = await next();
    return event && `${event.type} ${event.object.metadata.name}`;
  };
  return { next, told, leave: () => client.abort(), response };
}

const version = async (path: string) => (await api.get(path)).body.metadata.resourceVersion;

describe("watch", () => {
  it("tells what is there and then every change, with restart points", async () => {
    await api.post(CONFIG_MAPS, configMap("a"));
    const watch = await openWatch(`${CONFIG_MAPS}?watch=true`);
    expect(await watch.told()).toBe("ADDED a");
    await api.post(CONFIG_MAPS, configMap("b"));
    await api.patch(`${CONFIG_MAPS}/a`, { data: { k: "w" } });
    await api.delete(`${CONFIG_MAPS}/a`);
    expect(await watch.told()).toBe("ADDED b");
    const modified = await watch.next();
    const deleted = await watch.next();
    expect(modified).toMatchObject({ type: "MODIFIED", object: { data: { k: "w" } } });
    expect(deleted).toMatchObject({ type: "DELETED", object: { data: { k: "w" } } });
    expect(Number(deleted?.object.metadata.resourceVersion)).toBeGreaterThan(
      Number(modified?.object.metadata.resourceVersion),
    );
    watch.leave();
    expect(await watch.next()).toBeUndefined();
  });

  it("resumes after the resourceVersion of a list", async () => {
    await api.post(CONFIG_MAPS, configMap("a"));
    const from = await version(CONFIG_MAPS);
    await api.post(CONFIG_MAPS, configMap("b"));
    const watch = await openWatch(`${CONFIG_MAPS}?watch=true&resourceVersion=${from}`);
    expect(await watch.told()).toBe("ADDED b");
    watch.leave();
  });

  it("is silent about an update that changes nothing", async () => {
    await api.post(CONFIG_MAPS, configMap("a"));
    const from = await version(CONFIG_MAPS);
    const watch = await openWatch(`${CONFIG_MAPS}?watch=true&resourceVersion=${from}`);
    await api.patch(`${CONFIG_MAPS}/a`, { data: { k: "v" } });
    await api.post(CONFIG_MAPS, configMap("b"));
    expect(await watch.told()).toBe("ADDED b");
    watch.leave();
  });

  it("turns starting and ceasing to match into ADDED and DELETED", async () => {
    await api.post(WIDGETS, widget("a", {}, { labels: { on: "yes" } }));
    await api.post(WIDGETS, widget("b"));
    const from = await version(WIDGETS);
    const watch = await openWatch(
      `${WIDGETS}?watch=true&resourceVersion=${from}&labelSelector=on%3Dyes`,
    );
    await api.patch(`${WIDGETS}/b`, { spec: { color: "red" } });
    await api.patch(`${WIDGETS}/b`, { metadata: { labels: { on: "yes" } } });
    await api.patch(`${WIDGETS}/a`, { metadata: { labels: { on: "no" } } });
    await api.patch(`${WIDGETS}/a`, { spec: { color: "red" } });
    await api.delete(`${WIDGETS}/a`);
    await api.delete(`${WIDGETS}/b`);
    expect([await watch.told(), await watch.told(), await watch.told()]).toEqual([
      "ADDED b",
      "DELETED a",
      "DELETED b",
    ]);
    watch.leave();
  });

  it("sends tables with the columns in the first event only", async () => {
    await api.post(WIDGETS, widget("a"));
    const watch = await openWatch(`${WIDGETS}?watch=true`, { accept: TABLE });
    const first = await watch.next();
    await api.patch(`${WIDGETS}/a`, { spec: { color: "blue" } });
    const second = await watch.next();
    expect(first?.object).toMatchObject({
      kind: "Table",
      rows: [{ cells: ["a", "red", expect.any(String)] }],
    });
    expect(first?.object.columnDefinitions).toHaveLength(3);
    expect(second?.object).toMatchObject({
      columnDefinitions: null,
      rows: [{ cells: ["a", "blue", expect.any(String)] }],
    });
    watch.leave();
  });

  it("ends the initial events with a bookmark for clients that stream lists", async () => {
    await api.post(CONFIG_MAPS, configMap("a"));
    const watch = await openWatch(
      `${CONFIG_MAPS}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
    );
    expect(await watch.told()).toBe("ADDED a");
    expect(await watch.next()).toMatchObject({
      type: "BOOKMARK",
      object: {
        kind: "ConfigMap",
        apiVersion: "v1",
        metadata: {
          resourceVersion: await version(CONFIG_MAPS),
          annotations: { "k8s.io/initial-events-end": "true" },
        },
      },
    });
    await api.post(CONFIG_MAPS, configMap("b"));
    expect(await watch.told()).toBe("ADDED b");
    watch.leave();
  });

  it("ends in time, with a bookmark for clients that asked", async () => {
    const started = Date.now();
    const watch = await openWatch(
      `${CONFIG_MAPS}?watch=true&resourceVersion=${await version(CONFIG_MAPS)}&timeoutSeconds=1&allowWatchBookmarks=true`,
    );
    expect((await watch.next())?.type).toBe("BOOKMARK");
    expect(await watch.next()).toBeUndefined();
    expect(Date.now() - started).toBeLessThan(5_000);
  });

  it("tells in an ERROR event that a resourceVersion is too old", async () => {
    api.close();
    api = openTestApi({ newUid: () => "u" });
    for (let round = 0; round < 5_300; round += 1) {
      const ref = { group: "", resource: "secrets", namespace: "default", name: "s" };
      const object = { apiVersion: "v1", kind: "Secret", metadata: { name: "s" } };
      const { metadata } = await api.store.create(ref, object);
      await api.store.remove(ref, metadata.resourceVersion ?? "");
    }
    const watch = await openWatch(`${CONFIG_MAPS}?watch=true&resourceVersion=1`);
    expect(await watch.next()).toMatchObject({
      type: "ERROR",
      object: { kind: "Status", reason: "Expired", code: 410 },
    });
    expect(await watch.next()).toBeUndefined();
  });

  it("finishes a namespace's deletion while somebody waits for it", async () => {
    await api.post("/api/v1/namespaces", { metadata: { name: "t1" } });
    const inside = "/api/v1/namespaces/t1/configmaps";
    await api.post(inside, configMap("a", {}, { finalizers: ["example.com/hold"] }));
    await api.delete("/api/v1/namespaces/t1");
    const watch = await openWatch("/api/v1/namespaces?watch=true&fieldSelector=metadata.name%3Dt1");
    expect(await watch.next()).toMatchObject({
      type: "ADDED",
      object: { status: { phase: "Terminating" } },
    });
    await api.patch(`${inside}/a`, { metadata: { finalizers: null } });
    expect(await watch.told()).toBe("DELETED t1");
    watch.leave();
  });

  it("finishes the deletion of a namespace that the client knew as Terminating before", async () => {
    const inside = "/api/v1/namespaces/t1/configmaps";
    await api.post("/api/v1/namespaces", { metadata: { name: "t1" } });
    await api.post(inside, configMap("a", {}, { finalizers: ["example.com/hold"] }));
    await api.delete("/api/v1/namespaces/t1");
    const from = (await api.get("/api/v1/namespaces")).body.metadata.resourceVersion;
    const watch = await openWatch(
      `/api/v1/namespaces?watch=true&resourceVersion=${from}&fieldSelector=metadata.name%3Dt1`,
    );
    await api.patch(`${inside}/a`, { metadata: { finalizers: null } });
    expect(await watch.told()).toBe("DELETED t1");
    watch.leave();
  });

  it.each([
    { behaviour: "a selector that makes no sense", query: "labelSelector=a%20b", status: 400 },
    { behaviour: "a resourceVersion that is no number", query: "resourceVersion=x", status: 400 },
    {
      behaviour: "initial events without their match",
      query: "sendInitialEvents=true",
      status: 422,
    },
  ])("refuses $behaviour before it streams", async ({ query, status }) => {
    expect((await api.get(`${CONFIG_MAPS}?watch=true&${query}`)).status).toBe(status);
  });
});
