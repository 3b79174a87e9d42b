import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  APPLY_PATCH,
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

describe("create", () => {
  it("answers 201 with the stored object and the server's own metadata", async () => {
    const { status, body } = await api.post(CONFIG_MAPS, configMap("a"));
    expect(status).toBe(201);
    expect(body).toMatchObject({ apiVersion: "v1", kind: "ConfigMap", data: { k: "v" } });
    expect(body.metadata).toMatchObject({
      name: "a",
      namespace: "default",
      uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      resourceVersion: expect.stringMatching(/^[0-9]+$/),
      creationTimestamp: expect.stringMatching(/^[0-9-]{10}T[0-9:]{8}Z$/),
    });
    expect(body.metadata.managedFields?.[0]).toMatchObject({
      manager: "tester",
      operation: "Update",
    });
  });

  it("overrides what only the server may say", async () => {
    const sent = configMap(
      "a",
      {},
      { uid: "mine", creationTimestamp: "2000-01-01T00:00:00Z", generation: 9 },
    );
    const { metadata } = (await api.post(CONFIG_MAPS, sent)).body;
    expect(metadata.uid).not.toBe("mine");
    expect(metadata.creationTimestamp).not.toBe("2000-01-01T00:00:00Z");
    expect(metadata.generation).toBeUndefined();
  });

  it("stores the preferred version and answers the requested one", async () => {
    const sent = { ...widget("a"), apiVersion: "example.com/v1beta1" };
    const created = await api.post("/apis/example.com/v1beta1/namespaces/default/widgets", sent);
    expect(created.body.apiVersion).toBe("example.com/v1beta1");
    expect((await api.get(`${WIDGETS}/a`)).body.apiVersion).toBe("example.com/v1");
  });

  it("makes a name from generateName", async () => {
    const { body } = await api.post(WIDGETS, widget("", {}, { generateName: "gen-" }));
    expect(body.metadata.name).toMatch(/^gen-[a-z0-9]{5}$/);
  });

  it("drops the status of kinds with a status subresource, and starts the generation", async () => {
    const { body } = await api.post(WIDGETS, { ...widget("a"), status: { phase: "Done" } });
    expect(body.status).toBeUndefined();
    expect(body.metadata.generation).toBe(1);
  });

  it("fills in kind and apiVersion from the path", async () => {
    const { status, body } = await api.post(CONFIG_MAPS, { metadata: { name: "a" } });
    expect({ status, kind: body.kind }).toEqual({ status: 201, kind: "ConfigMap" });
  });

  it("reads YAML as kubectl does", async () => {
    const yaml = 'metadata: {name: a}\nspec:\n  color: red\n  tags: ["yes"]\n';
    const { status, body } = await api.post(WIDGETS, yaml, { contentType: "application/yaml" });
    expect(status).toBe(201);
    expect(body.spec).toEqual({ color: "red", tags: ["yes"] });
  });

  it("takes a body without a Content-Type for JSON", async () => {
    const { status } = await api.post(CONFIG_MAPS, configMap("a"), { contentType: null });
    expect(status).toBe(201);
  });

  it("stores nothing on a dry run", async () => {
    const { status, body } = await api.post(`${CONFIG_MAPS}?dryRun=All`, configMap("a"));
    expect(status).toBe(201);
    expect(body.metadata.resourceVersion).toBeUndefined();
    expect((await api.get(`${CONFIG_MAPS}/a`)).status).toBe(404);
  });

  it("reports unknown fields as warnings by default", async () => {
    const { headers, body } = await api.post(WIDGETS, widget("a", { color: "red", bogus: 1 }));
    expect(headers.get("warning")).toBe('299 - "unknown field \\"spec.bogus\\""');
    expect(body.spec).toEqual({ color: "red" });
  });

  it("refuses to create in a namespace that is missing", async () => {
    const { status, body } = await api.post("/api/v1/namespaces/nons/configmaps", configMap("a"));
    expect(status).toBe(404);
    expect(body).toMatchObject({
      message: 'namespaces "nons" not found',
      details: { name: "nons", kind: "namespaces" },
    });
  });

  it("refuses a name that is taken, also on a dry run", async () => {
    await api.post(CONFIG_MAPS, configMap("a"));
    for (const query of ["", "?dryRun=All"]) {
      const { status, body } = await api.post(CONFIG_MAPS + query, configMap("a"));
      expect(status).toBe(409);
      expect(body).toMatchObject({
        reason: "AlreadyExists",
        message: 'configmaps "a" already exists',
      });
    }
  });
});

describe("update", () => {
  it("keeps the resourceVersion and writes nothing when nothing changes", async () => {
    const created = (await api.post(WIDGETS, widget("a"))).body;
    const updated = await api.put(`${WIDGETS}/a`, created);
    expect(updated.status).toBe(200);
    expect(updated.body).toEqual(created);
  });

  it("counts generations of the desired state only", async () => {
    const created = (await api.post(WIDGETS, widget("a"))).body;
    const labelled = await api.patch(`${WIDGETS}/a`, { metadata: { labels: { x: "y" } } });
    const painted = await api.patch(`${WIDGETS}/a`, { spec: { color: "blue" } });
    const finished = await api.patch(`${WIDGETS}/a/status`, { status: { phase: "Done" } });
    const generations = [created, labelled.body, painted.body, finished.body].map(
      ({ metadata }) => metadata.generation,
    );
    expect(generations).toEqual([1, 1, 2, 2]);
  });

  it("refuses a stale resourceVersion", async () => {
    const created = (await api.post(WIDGETS, widget("a"))).body;
    await api.patch(`${WIDGETS}/a`, { spec: { color: "blue" } });
    const { status, body } = await api.put(`${WIDGETS}/a`, created);
    expect(status).toBe(409);
    expect(body.message).toBe(
      'Operation cannot be fulfilled on widgets.example.com "a": the object has been modified; please apply your changes to the latest version and try again',
    );
  });

  it("replaces a built-in object without a resourceVersion, but no custom resource", async () => {
    await api.post(CONFIG_MAPS, configMap("a"));
    await api.post(WIDGETS, widget("a"));
    const replaced = await api.put(`${CONFIG_MAPS}/a`, configMap("a", { k: "w" }));
    const refused = await api.put(`${WIDGETS}/a`, widget("a"));
    expect(replaced.body.data).toEqual({ k: "w" });
    expect(refused.status).toBe(422);
  });

  it("keeps the status on the main path and everything else on the status path", async () => {
    const created = (await api.post(WIDGETS, widget("a"))).body;
    const both = { ...created, spec: { color: "blue" }, status: { phase: "Done" } };
    const status = (await api.put(`${WIDGETS}/a/status`, both)).body;
    expect(status).toMatchObject({ spec: { color: "red" }, status: { phase: "Done" } });
    const main = await api.patch(`${WIDGETS}/a`, { spec: { color: "green" }, status: null });
    expect(main.body).toMatchObject({ spec: { color: "green" }, status: { phase: "Done" } });
  });

  it("removes the object when its last finalizer goes during a deletion", async () => {
    await api.post(CONFIG_MAPS, configMap("a", {}, { finalizers: ["example.com/hold"] }));
    const deleted = (await api.delete(`${CONFIG_MAPS}/a`)).body;
    expect(deleted.metadata.deletionTimestamp).toBeDefined();
    const again = (await api.delete(`${CONFIG_MAPS}/a`)).body;
    expect(again).toEqual(deleted);
    const added = await api.patch(`${CONFIG_MAPS}/a`, { metadata: { finalizers: ["a.io/x"] } });
    expect(added.body.message).toContain("no new finalizers can be added");
    const patched = await api.patch(`${CONFIG_MAPS}/a`, { metadata: { finalizers: null } });
    expect(patched.status).toBe(200);
    expect((await api.get(`${CONFIG_MAPS}/a`)).status).toBe(404);
  });
});

describe("patch", () => {
  it("lets many writers of one object through without a conflict", async () => {
    await api.post(WIDGETS, widget("a"));
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        api.patch(`${WIDGETS}/a`, { metadata: { annotations: { [`n${index}`]: "1" } } }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    const { annotations = {} } = (await api.get(`${WIDGETS}/a`)).body.metadata;
    expect(Object.keys(annotations)).toHaveLength(20);
  });

  it("refuses a patch made for another resourceVersion", async () => {
    await api.post(WIDGETS, widget("a"));
    const patch = { metadata: { resourceVersion: "1" }, spec: { color: "blue" } };
    expect((await api.patch(`${WIDGETS}/a`, patch)).status).toBe(409);
  });

  it("refuses a strategic patch of a custom resource", async () => {
    await api.post(WIDGETS, widget("a"));
    const { status } = await api.patch(
      `${WIDGETS}/a`,
      {},
      {
        contentType: "application/strategic-merge-patch+json",
      },
    );
    expect(status).toBe(415);
  });

  it("answers under an older spelling of the name with the object itself", async () => {
    await api.post(WIDGETS, widget("a"));
    const { body } = await api.patch(`${WIDGETS}/old-a`, { spec: { color: "blue" } });
    expect(body).toMatchObject({ metadata: { name: "a" }, spec: { color: "blue" } });
    expect((await api.get(`${WIDGETS}/old-b`)).body.message).toBe(
      'widgets.example.com "old-b" not found',
    );
  });

  it("applies server-side: creates, merges, removes and detects conflicts", async () => {
    const apply = (manager: string, spec: object, query = "") =>
      api.patch(`${WIDGETS}/a?fieldManager=${manager}${query}`, widget("a", spec), {
        contentType: APPLY_PATCH,
      });
    expect((await apply("one", { color: "red", replicas: 2 })).status).toBe(201);
    const same = await apply("one", { color: "red", replicas: 2 });
    expect(same.body.metadata.resourceVersion).toBe(
      (await api.get(`${WIDGETS}/a`)).body.metadata.resourceVersion,
    );
    const conflict = await apply("two", { color: "blue" });
    expect(conflict.status).toBe(409);
    expect(conflict.body.message).toContain('conflict with "one"');
    const forced = await apply("two", { color: "blue" }, "&force=true");
    expect(forced.body.spec).toEqual({ color: "blue", replicas: 2 });
    const shrunk = await apply("one", {});
    expect(shrunk.body.spec).toEqual({ color: "blue" });
  });

  it("does not apply to another object than the one with the uid that was meant", async () => {
    const meant = { ...widget("a"), metadata: { name: "a", uid: "5dc6a2cc" } };
    const { status, body } = await api.patch(`${WIDGETS}/a?fieldManager=one`, meant, {
      contentType: APPLY_PATCH,
    });
    expect({ status, message: body.message }).toEqual({
      status: 409,
      message:
        'Operation cannot be fulfilled on widgets.example.com "a": uid mismatch: the provided object specified uid 5dc6a2cc, and no existing object was found',
    });
    expect((await api.get(`${WIDGETS}/a`)).status).toBe(404);
  });

  it("needs a field manager to apply", async () => {
    const { status, body } = await api.patch(`${WIDGETS}/a`, widget("a"), {
      contentType: APPLY_PATCH,
    });
    expect(status).toBe(422);
    expect(body.message).toContain("fieldManager: Required value: is required for apply patch");
  });
});

describe("subresources and actions", () => {
  it("reads and changes the scale", async () => {
    await api.post(WIDGETS, widget("a", { replicas: 2 }));
    const scale = (await api.get(`${WIDGETS}/a/scale`)).body;
    expect(scale).toMatchObject({ kind: "Scale", spec: { replicas: 2 } });
    const patched = await api.patch(`${WIDGETS}/a/scale`, { spec: { replicas: 3 } });
    expect(patched.body.spec).toEqual({ replicas: 3 });
    const put = await api.put(`${WIDGETS}/a/scale`, { ...patched.body, spec: { replicas: 4 } });
    expect(put.body.spec).toEqual({ replicas: 4 });
    const negative = await api.patch(`${WIDGETS}/a/scale`, { spec: { replicas: -1 } });
    expect(negative.status).toBe(422);
    expect((await api.get(`${WIDGETS}/a`)).body.spec).toEqual({ replicas: 4 });
  });

  it("performs an action on the spec with a body and on the status without one", async () => {
    await api.post(WIDGETS, widget("a"));
    const painted = await api.post(`${WIDGETS}/a/paint`, { color: "blue" });
    const finished = await api.send("POST", `${WIDGETS}/a/finish`);
    expect(painted.body).toMatchObject({ spec: { color: "blue" }, metadata: { generation: 2 } });
    expect(finished.body).toMatchObject({ spec: { color: "blue" }, status: { phase: "Finished" } });
    const byCurl = await api.post(`${WIDGETS}/a/paint`, '{"color": "red"}', {
      contentType: "application/x-www-form-urlencoded",
    });
    expect(byCurl.body.spec).toEqual({ color: "red" });
    const again = await api.send("POST", `${WIDGETS}/a/finish`);
    expect(again.body).toEqual(byCurl.body);
  });
});
