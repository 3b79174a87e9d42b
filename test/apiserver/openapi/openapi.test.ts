import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../../src/api/meta.js";
import { openApiDocument, openApiIndex } from "../../../src/apiserver/openapi/openapi.js";
import { configMaps, deployments, services, widgets } from "../patch/kinds.js";

const kinds = [configMaps, services, deployments, { ...widgets, versions: ["v1", "v1beta1"] }];

function documentAt(path: string) {
  return JSON.parse(openApiDocument(kinds, path)?.body ?? "null");
}

describe("openApiIndex", () => {
  it("lists every group version with the hash of its document", () => {
    const { paths } = openApiIndex(kinds);
    expect(Object.keys(paths)).toEqual([
      "api/v1",
      "apis/apps/v1",
      "apis/example.com/v1",
      "apis/example.com/v1beta1",
    ]);
    const hash = openApiDocument(kinds, "apis/apps/v1")?.hash;
    expect(paths["apis/apps/v1"]?.serverRelativeURL).toBe(`/openapi/v3/apis/apps/v1?hash=${hash}`);
  });

  it("changes the hash of a document only with its content", () => {
    const changed = kinds.map((kind) =>
      kind.kind === "Widget" ? { ...kind, schema: { ...kind.schema, description: "new" } } : kind,
    );
    const before = openApiIndex(kinds).paths;
    const after = openApiIndex(changed).paths;
    expect(after["apis/apps/v1"]).toEqual(before["apis/apps/v1"]);
    expect(after["apis/example.com/v1"]).not.toEqual(before["apis/example.com/v1"]);
  });
});

describe("openApiDocument", () => {
  it("says that patch takes fieldValidation", () => {
    const { patch } =
      documentAt("apis/apps/v1").paths["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"];
    expect(patch["x-kubernetes-group-version-kind"]).toEqual({
      group: "apps",
      version: "v1",
      kind: "Deployment",
    });
    expect(patch.parameters).toContainEqual(
      expect.objectContaining({ name: "fieldValidation", in: "query" }),
    );
  });

  it("describes the actions and views of a kind, and what may be sent to them", () => {
    const schema = { type: "object" } as const;
    const make = async (object: KubeObject) => ({ object, created: true });
    const withMore = {
      ...widgets,
      actions: [
        {
          name: "stop",
          description: "Stops.",
          target: "spec",
          apply: (widget: KubeObject) => widget,
        },
        {
          name: "parts",
          body: schema,
          target: "spec",
          apply: (widget: KubeObject) => widget,
          make,
        },
      ],
      views: [
        {
          name: "color",
          description: "The colour.",
          schema,
          show: () => ({}),
          text: () => "",
          line: () => "",
          isFinal: () => true,
        },
      ],
    } as const;
    const { paths } = JSON.parse(
      openApiDocument([withMore], "apis/example.com/v1")?.body ?? "null",
    );
    const collection = "/apis/example.com/v1/namespaces/{namespace}/widgets";
    expect(Object.keys(paths)).toEqual([
      collection,
      `${collection}/{name}`,
      `${collection}/{name}/stop`,
      `${collection}/{name}/parts`,
      `${collection}/{name}/color`,
    ]);
    expect(paths[`${collection}/{name}/stop`].post).toMatchObject({ description: "Stops." });
    const { requestBody, responses } = paths[`${collection}/{name}/parts`].post;
    expect(requestBody.content).toHaveProperty(["application/yaml", "schema"], schema);
    expect(Object.keys(responses)).toEqual(["200", "201"]);
    expect(paths[`${collection}/{name}/color`].get.responses["200"].content).toMatchObject({
      "application/json": { schema },
      "text/plain": { schema: { type: "string" } },
    });
  });

  it("never declares strategic merge patches", () => {
    for (const path of Object.keys(openApiIndex(kinds).paths)) {
      expect(openApiDocument(kinds, path)?.body).not.toContain("application/strategic");
    }
  });

  it.each([
    { path: "api/v1", group: "", version: "v1", kind: "ConfigMap" },
    { path: "apis/apps/v1", group: "apps", version: "v1", kind: "Deployment" },
    { path: "apis/example.com/v1beta1", group: "example.com", version: "v1beta1", kind: "Widget" },
  ])("holds the schema of $kind for explain", ({ path, group, version, kind }) => {
    const schemas: Record<string, Record<string, unknown>> = documentAt(path).components.schemas;
    const matching = Object.values(schemas).filter((schema) =>
      JSON.stringify(schema["x-kubernetes-group-version-kind"] ?? []).includes(`"${kind}"`),
    );
    expect(matching).toHaveLength(1);
    expect(matching[0]).toMatchObject({
      "x-kubernetes-group-version-kind": [{ group, version, kind }],
      properties: { metadata: {} },
    });
  });

  it("refers only to schemas that it holds", () => {
    for (const path of Object.keys(openApiIndex(kinds).paths)) {
      const body = openApiDocument(kinds, path)?.body ?? "";
      const { schemas } = JSON.parse(body).components;
      for (const [, name] of body.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
        expect(schemas).toHaveProperty([name ?? ""]);
      }
    }
  });

  it("writes a shared message once", () => {
    const body = openApiDocument(kinds, "apis/apps/v1")?.body ?? "";
    expect(body.split('"terminationMessagePath":').length - 1).toBeLessThanOrEqual(2);
  });

  it("is built once per list of kinds", () => {
    expect(openApiDocument(kinds, "api/v1")).toBe(openApiDocument(kinds, "api/v1"));
  });

  it("is absent where nothing is served", () => {
    expect(openApiDocument(kinds, "apis/nowhere/v1")).toBeUndefined();
  });
});
