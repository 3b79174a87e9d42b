import { afterAll, describe, expect, it } from "vitest";
import { memberKinds } from "../../src/registry/kinds.js";
import { openTestApi } from "./support/test-api.js";
import { widgetKind } from "./support/widget-kind.js";

const AGGREGATED =
  "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

const api = openTestApi({ kinds: [widgetKind(), ...memberKinds()] });
afterAll(() => api.close());

interface Discovery {
  readonly items: readonly {
    readonly metadata: { readonly name?: string };
    readonly versions: readonly {
      readonly version: string;
      readonly resources: readonly { readonly resource: string }[];
    }[];
  }[];
}

async function discover(path: string) {
  const answer = await api.get(path, { accept: AGGREGATED });
  return { ...answer, list: answer.body as unknown as Discovery };
}

describe("discovery", () => {
  it("is recognised by its Content-Type", async () => {
    const { headers, status } = await discover("/apis");
    expect(status).toBe(200);
    expect(headers.get("content-type")).toBe(
      "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
    );
  });

  it("lists the core group alone under /api", async () => {
    const { list } = await discover("/api");
    expect(list.items).toHaveLength(1);
    expect(list.items[0]?.versions[0]?.resources.map(({ resource }) => resource)).toContain(
      "configmaps",
    );
  });

  it("puts the built-in groups before the others", async () => {
    const { list } = await discover("/apis");
    const names = list.items.map(({ metadata }) => metadata.name);
    expect(names.indexOf("apps")).toBeLessThan(names.indexOf("example.com"));
  });

  it("describes a kind completely, in each of its versions", async () => {
    const { list } = await discover("/apis");
    const widgets = list.items.find(({ metadata }) => metadata.name === "example.com");
    expect(widgets?.versions.map(({ version }) => version)).toEqual(["v1", "v1beta1"]);
    expect(widgets?.versions[1]?.resources[0]).toEqual({
      resource: "widgets",
      responseKind: { group: "example.com", version: "v1beta1", kind: "Widget" },
      scope: "Namespaced",
      singularResource: "widget",
      verbs: ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"],
      shortNames: ["wd"],
      categories: ["toys"],
      subresources: [
        expect.objectContaining({ subresource: "status", verbs: ["get", "patch", "update"] }),
        expect.objectContaining({
          subresource: "scale",
          responseKind: { group: "autoscaling", version: "v1", kind: "Scale" },
        }),
        expect.objectContaining({ subresource: "paint", verbs: ["create"] }),
        expect.objectContaining({ subresource: "finish", verbs: ["create"] }),
      ],
    });
  });

  it("answers 304 to a client that has it already", async () => {
    const { headers } = await discover("/apis");
    const again = await api.get("/apis", {
      accept: AGGREGATED,
      headers: { "if-none-match": headers.get("etag") ?? "" },
    });
    expect(again.status).toBe(304);
  });

  it.each([
    { path: "/api", kind: "APIVersions" },
    { path: "/apis", kind: "APIGroupList" },
    { path: "/apis/example.com", kind: "APIGroup" },
    { path: "/apis/example.com/v1", kind: "APIResourceList" },
    { path: "/apis/authorization.k8s.io/v1", kind: "APIResourceList" },
    { path: "/api/v1", kind: "APIResourceList" },
  ])("answers $path with $kind to older clients", async ({ path, kind }) => {
    expect((await api.get(path, { accept: "application/json, */*" })).body.kind).toBe(kind);
  });

  it.each(["/apis/nosuch.io", "/apis/nosuch.io/v1", "/apis/apps/v9", "/nosuch", "/openapi/v1"])(
    "answers %s as text: not found",
    async (path) => {
      const { status, text } = await api.get(path);
      expect({ status, text }).toEqual({ status: 404, text: "404 page not found\n" });
    },
  );

  it.each(["/healthz", "/readyz", "/livez", "/readyz/ping"])("answers %s with ok", async (path) => {
    expect((await api.get(path)).text).toBe("ok");
  });

  it("lists its checks to whoever asks for all of them", async () => {
    const { text } = await api.get("/readyz?verbose");
    expect(text).toBe("[+]ping ok\nreadyz check passed\n");
  });

  it.each(["/readyz", "/version", "/apis"])("answers HEAD of %s without a body", async (path) => {
    const response = await api.fetchRaw("HEAD", path);
    expect({ status: response.status, body: await response.text() }).toEqual({
      status: 200,
      body: "",
    });
  });

  it("calls itself a 1.32", async () => {
    expect((await api.get("/version")).body).toMatchObject({ major: "1", minor: "32" });
  });

  it("serves OpenAPI for every group version it serves, cacheable by hash", async () => {
    const { paths } = (await api.get("/openapi/v3")).body as unknown as {
      paths: Record<string, { serverRelativeURL: string }>;
    };
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(["api/v1", "apis/example.com/v1"]));
    const { headers, status } = await api.get(
      paths["apis/example.com/v1"]?.serverRelativeURL ?? "",
    );
    expect(status).toBe(200);
    expect(headers.get("cache-control")).toContain("immutable");
  });
});

describe("/openapi/v2", () => {
  it("is a document without definitions, as JSON", async () => {
    expect((await api.get("/openapi/v2")).body).toEqual({
      swagger: "2.0",
      info: { title: "Stagecoach", version: "v1" },
      paths: {},
    });
  });

  it("is the same as protobuf, which is what kubectl reads", async () => {
    const accept = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
    const response = await api.fetchRaw("GET", "/openapi/v2", { accept });
    expect(Buffer.from(await response.arrayBuffer()).toString("latin1")).toBe(
      "\n\x032.0\x12\x10\n\nStagecoach\x12\x02v1",
    );
  });
});

describe("reviews", () => {
  it("tells who the caller is", async () => {
    const { status, body } = await api.post(
      "/apis/authentication.k8s.io/v1/selfsubjectreviews",
      {},
    );
    expect(status).toBe(201);
    expect(body.status).toEqual({
      userInfo: { username: "tester", uid: "7", groups: ["testers"] },
    });
  });

  it("lets everybody do everything unless told otherwise", async () => {
    const spec = { resourceAttributes: { verb: "patch", resource: "widgets" } };
    const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    expect((await api.post(path, { spec })).body).toMatchObject({
      spec,
      status: { allowed: true },
    });
    expect((await api.post(path, { spec: {} })).status).toBe(400);
    const rules = await api.post("/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", {
      spec: { namespace: "default" },
    });
    expect(rules.body.status).toMatchObject({ incomplete: false });
  });

  it("refuses what authorization does not allow, in reviews and in deed", async () => {
    const readOnly = openTestApi({
      authorize: (_user, { verb }) => ({ allowed: ["get", "list", "watch"].includes(verb) }),
    });
    const review = await readOnly.post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {
      spec: { resourceAttributes: { verb: "delete", resource: "configmaps" } },
    });
    expect(review.body.status).toEqual({ allowed: false });
    const refused = await readOnly.delete("/api/v1/namespaces/default/configmaps/a");
    expect(refused.status).toBe(403);
    expect(refused.body.message).toBe(
      'configmaps "a" is forbidden: User "tester" cannot delete resource "configmaps" in API group "" in the namespace "default"',
    );
    expect((await readOnly.get("/api/v1/configmaps")).status).toBe(200);
    readOnly.close();
  });
});
