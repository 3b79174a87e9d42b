import { describe, expect, it } from "vitest";
import { parseRequestPath } from "../../src/apiserver/request-path.js";

describe("parseRequestPath", () => {
  it.each([
    { path: "/healthz", at: "health" },
    { path: "/version", at: "version" },
    { path: "/openapi/v3", at: "openApi" },
    { path: "/openapi/v2", at: "openApiV2" },
    { path: "/openapi/v2/api/v1", at: "nowhere" },
    { path: "/api", at: "coreGroup" },
    { path: "/apis/", at: "groups" },
    { path: "/apis/apps", at: "group" },
    { path: "/api/v1", at: "groupVersion" },
    { path: "/apis/apps/v1", at: "groupVersion" },
    { path: "/", at: "nowhere" },
    { path: "/api/v1/a/b/c/d", at: "nowhere" },
    { path: "/favicon.ico", at: "nowhere" },
  ])("reads $path as $at", ({ path, at }) => {
    expect(parseRequestPath(path)).toMatchObject({ at });
  });

  it.each([
    {
      path: "/apis/apps/v1/deployments",
      resource: { group: "apps", version: "v1", plural: "deployments" },
    },
    {
      path: "/apis/apps/v1/namespaces/web/deployments/api/scale",
      resource: {
        group: "apps",
        version: "v1",
        namespace: "web",
        plural: "deployments",
        name: "api",
        subresource: "scale",
      },
    },
    {
      path: "/api/v1/namespaces/web",
      resource: { group: "", version: "v1", plural: "namespaces", name: "web" },
    },
    {
      path: "/api/v1/namespaces/web/finalize",
      resource: {
        group: "",
        version: "v1",
        plural: "namespaces",
        name: "web",
        subresource: "finalize",
      },
    },
    {
      path: "/api/v1/namespaces/web/configmaps/a%2Fb",
      resource: { group: "", version: "v1", namespace: "web", plural: "configmaps", name: "a/b" },
    },
  ])("finds the resource in $path", ({ path, resource }) => {
    expect(parseRequestPath(path)).toEqual({ at: "resource", resource });
  });

  it("refuses a segment with a broken escape", () => {
    expect(() => parseRequestPath("/api/v1/namespaces/%E0%A4%A")).toThrow("invalid URL escape");
  });
});
