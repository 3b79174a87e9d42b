import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { StorageUnavailable } from "../../src/storage/storage-unavailable.js";
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
  api = openTestApi({ maxBodyBytes: 100_000 });
});
afterEach(() => {
  expect(api.unexpected).toEqual([]);
  api.close();
});

const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

describe("bad input", () => {
  it.each([
    { behaviour: "text that is not JSON", body: "{bad", status: 400 },
    { behaviour: "an empty body", body: "", status: 400 },
    { behaviour: "a list", body: [], status: 400 },
    { behaviour: "a word", body: '"x"', status: 400 },
    { behaviour: "null", body: "null", status: 400 },
    { behaviour: "bytes that are not UTF-8", body: new Uint8Array([123, 255, 125]), status: 400 },
    { behaviour: "nesting without end", body: `{"data":${nested(40_000)}}`, status: 400 },
    {
      behaviour: "a body over the limit",
      body: configMap("a", { k: "x".repeat(200_000) }),
      status: 413,
    },
    { behaviour: "another kind", body: { ...configMap("a"), kind: "Secret" }, status: 400 },
    { behaviour: "another version", body: { ...configMap("a"), apiVersion: "v2" }, status: 400 },
    { behaviour: "another namespace", body: configMap("a", {}, { namespace: "x" }), status: 400 },
    {
      behaviour: "a resourceVersion",
      body: configMap("a", {}, { resourceVersion: "1" }),
      status: 400,
    },
    { behaviour: "no metadata", body: { data: {} }, status: 422 },
    { behaviour: "metadata of a wrong type", body: { metadata: "x" }, status: 400 },
    { behaviour: "a name of a wrong type", body: { metadata: { name: 5 } }, status: 400 },
    { behaviour: "an impossible name", body: configMap("A b"), status: 422 },
    { behaviour: "a name that is too long", body: configMap("a".repeat(254)), status: 422 },
    {
      behaviour: "an impossible label",
      body: configMap("a", {}, { labels: { "a b": "x" } }),
      status: 422,
    },
    {
      behaviour: "an impossible label value",
      body: configMap("a", {}, { labels: { a: "x y" } }),
      status: 422,
    },
    {
      behaviour: "an impossible annotation",
      body: configMap("a", {}, { annotations: { "/x": "" } }),
      status: 422,
    },
    {
      behaviour: "an impossible finalizer",
      body: configMap("a", {}, { finalizers: ["a/b/c"] }),
      status: 422,
    },
    {
      behaviour: "an owner without a uid",
      body: configMap(
        "a",
        {},
        { ownerReferences: [{ apiVersion: "v1", kind: "X", name: "x", uid: "" }] },
      ),
      status: 422,
    },
    { behaviour: "data of a wrong type", body: configMap("a", { k: 5 }), status: 400 },
    {
      behaviour: "an impossible prefix of names",
      body: { metadata: { generateName: "a".repeat(254) } },
      status: 422,
    },
  ])("answers $status for $behaviour and stores nothing", async ({ body, status }) => {
    const answer = await api.post(CONFIG_MAPS, body);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ kind: "Status", status: "Failure", code: status });
    expect((await api.get(CONFIG_MAPS)).body.items).toEqual([]);
  });

  it("answers 413 for a body over the limit that is there as a whole", async () => {
    const request = {
      method: "POST",
      url: `http://api.test${CONFIG_MAPS}`,
      headers: new Headers(),
      body: Buffer.from(JSON.stringify(configMap("a", { k: "x".repeat(200_000) }))),
    };
    const response = await api.server.handle(request, {
      user: { username: "tester", groups: [] },
      signal: new AbortController().signal,
      motion: { mark: async () => {}, wake: async () => {} },
    });
    expect(response.status).toBe(413);
    expect((await api.get(CONFIG_MAPS)).body.items).toEqual([]);
  });

  it.each([
    {
      behaviour: "a custom resource of another kind",
      body: { ...widget("q1"), kind: "Foo" },
      message: 'Foo.example.com "q1" is invalid: kind: Invalid value: "Foo": must be Widget',
    },
    {
      behaviour: "a missing name",
      body: { spec: {} },
      message:
        'Widget.example.com "" is invalid: metadata.name: Required value: name or generateName is required',
    },
    {
      behaviour: "a rule of the kind",
      body: widget("a", { color: "invisible" }),
      message:
        'Widget.example.com "a" is invalid: spec.color: Unsupported value: "invisible": supported values: "red", "blue"',
    },
  ])("says what is wrong with $behaviour", async ({ body, message }) => {
    const answer = await api.post(WIDGETS, body);
    expect(answer.status).toBe(422);
    expect(answer.body.message).toBe(message);
  });

  it.each([
    { method: "POST", path: `${CONFIG_MAPS}?dryRun=Some`, body: configMap("b"), status: 422 },
    {
      method: "POST",
      path: `${CONFIG_MAPS}?fieldValidation=Maybe`,
      body: configMap("b"),
      status: 422,
    },
    { method: "POST", path: "/api/v1/configmaps", body: configMap("b"), status: 405 },
    { method: "POST", path: `${CONFIG_MAPS}/a`, body: configMap("a"), status: 405 },
    { method: "PUT", path: CONFIG_MAPS, body: configMap("a"), status: 405 },
    { method: "PUT", path: `${CONFIG_MAPS}/a`, body: configMap("b"), status: 400 },
    { method: "PUT", path: `${CONFIG_MAPS}/nosuch`, body: configMap("nosuch"), status: 404 },
    { method: "PATCH", path: `${CONFIG_MAPS}/nosuch`, body: {}, status: 404 },
    { method: "PATCH", path: `${CONFIG_MAPS}/a`, body: '"xx"', status: 400 },
    { method: "PATCH", path: `${CONFIG_MAPS}/a`, body: new Uint8Array([123, 255]), status: 400 },
    { method: "PATCH", path: `${CONFIG_MAPS}/a`, body: "{state:", status: 400 },
    { method: "PATCH", path: `${CONFIG_MAPS}/a`, body: { metadata: { name: "b" } }, status: 400 },
    { method: "PATCH", path: `${CONFIG_MAPS}/a`, body: { metadata: null }, status: 400 },
    { method: "PATCH", path: `${CONFIG_MAPS}/a`, body: { metadata: 5 }, status: 400 },
    { method: "PATCH", path: `${CONFIG_MAPS}/a`, body: { data: { k: 5 } }, status: 422 },
    { method: "PATCH", path: `${CONFIG_MAPS}/a?force=true`, body: {}, status: 422 },
    { method: "PUT", path: `${CONFIG_MAPS}/a`, body: { data: {} }, status: 400 },
    { method: "DELETE", path: `${CONFIG_MAPS}/a`, body: configMap("a"), status: 400 },
    { method: "GET", path: `${CONFIG_MAPS}/a?resourceVersion=x`, status: 400 },
    { method: "GET", path: `${CONFIG_MAPS}?resourceVersion=99999999999999999999`, status: 400 },
    { method: "GET", path: `${CONFIG_MAPS}?sendInitialEvents=true`, status: 422 },
    { method: "GET", path: `${CONFIG_MAPS}?timeout=soon`, status: 400 },
    { method: "GET", path: `${CONFIG_MAPS}/a/nosuch`, status: 404 },
    { method: "GET", path: `${CONFIG_MAPS}?includeObject=Some`, status: 400 },
    { method: "GET", path: "/api/v1/namespaces/default/nosuch", status: 404 },
    { method: "GET", path: "/api/v1/namespaces/default/namespaces", status: 404 },
    { method: "GET", path: "/apis/nosuch.io/v1/things", status: 404 },
    { method: "GET", path: "/api/v1/namespaces/%E0%A4%A/configmaps", status: 400 },
    { method: "DELETE", path: "/api/v1/namespaces", status: 405 },
    { method: "DELETE", path: `${CONFIG_MAPS}/nosuch`, status: 404 },
  ])("answers $status to $method $path", async ({ method, path, body, status }) => {
    await api.post(CONFIG_MAPS, configMap("a"));
    const contentType = method === "PATCH" ? "application/merge-patch+json" : "application/json";
    const answer = await api.send(method, path, {
      contentType,
      ...(body !== undefined && { body }),
    });
    expect(answer.status).toBe(status);
  });

  it.each([
    {
      sends: "a merge patch with a wrong type",
      contentType: "application/merge-patch+json",
      patch: { data: { k: 5 } },
      shown: '{"data":{"k":5}}',
      why: "json: cannot unmarshal number into Go struct field ConfigMap.data of type string",
    },
    {
      sends: "a JSON patch with a wrong type",
      contentType: "application/json-patch+json",
      patch: [{ op: "add", path: "/data", value: 5 }],
      shown: '[{"op":"add","path":"/data","value":5}]',
      why: "json: cannot unmarshal number into Go struct field ConfigMap.data of type map[string]string",
    },
    {
      sends: "an unknown field in a strategic patch",
      contentType: "application/strategic-merge-patch+json",
      patch: { bogus: 5 },
      shown: "map[bogus:5]",
      why: 'strict decoding error: unknown field "bogus"',
    },
  ])("repeats the patch of whoever sends $sends", async ({ contentType, patch, shown, why }) => {
    await api.post(CONFIG_MAPS, configMap("a"));
    const path = `${CONFIG_MAPS}/a?fieldValidation=Strict`;
    const { status, body } = await api.send("PATCH", path, { contentType, body: patch });
    expect(status).toBe(422);
    const message = `Invalid value: ${JSON.stringify(shown)}: ${why}`;
    expect(body.details).toMatchObject({ causes: [{ field: "patch", message }] });
  });

  it.each([
    { behaviour: "a form", method: "POST", path: CONFIG_MAPS, contentType: "text/plain" },
    {
      behaviour: "an unknown patch",
      method: "PATCH",
      path: `${CONFIG_MAPS}/a`,
      contentType: "application/json",
    },
    {
      behaviour: "protobuf of a kind that nobody sends",
      method: "POST",
      path: CONFIG_MAPS,
      contentType: "application/vnd.kubernetes.protobuf",
      body: Buffer.from("6b3873000a090a0276311203466f6f", "hex"),
    },
  ])("answers 415 to $behaviour", async ({ method, path, contentType, body = "{}" }) => {
    await api.post(CONFIG_MAPS, configMap("a"));
    expect((await api.send(method, path, { contentType, body })).status).toBe(415);
  });

  it("answers 503 with a time to try again when the storage is away", async () => {
    const away = openTestApi();
    const store = {
      ...away.store,
      get: () => Promise.reject(new StorageUnavailable("the table objects: no answer")),
    };
    const behind = openTestApi({ store });
    const { status, headers, body } = await behind.get(`${CONFIG_MAPS}/a`);
    expect(status).toBe(503);
    expect(headers.get("retry-after")).toBe("1");
    expect(body).toMatchObject({
      reason: "ServiceUnavailable",
      message: expect.stringContaining("no answer"),
    });
    behind.close();
    away.close();
  });

  it("keeps warning headers short however much is wrong", async () => {
    const fields = Object.fromEntries(
      Array.from({ length: 2_000 }, (_, index) => [`bogus${index}`, 1]),
    );
    const { status, headers } = await api.post(CONFIG_MAPS, { ...configMap("a"), ...fields });
    expect(status).toBe(201);
    expect(headers.get("warning")?.length).toBeLessThan(8_192);
  });

  it("answers 500 and reports when the storage fails", async () => {
    api.close();
    const broken = openTestApi();
    broken.close();
    const { status, body } = await broken.get(CONFIG_MAPS);
    expect(status).toBe(500);
    expect(body).toMatchObject({ kind: "Status", reason: "InternalError" });
    expect(broken.unexpected).toHaveLength(1);
    api = openTestApi();
  });
});
