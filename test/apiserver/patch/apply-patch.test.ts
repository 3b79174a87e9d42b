import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../../src/api/meta.js";
import { applyPatch } from "../../../src/apiserver/patch/apply-patch.js";
import { configMaps, deployments, widgets } from "./kinds.js";

const configMap: KubeObject = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "c" },
  data: { k: "v" },
};
const merge = "application/merge-patch+json";
const strategic = "application/strategic-merge-patch+json";

describe("applyPatch", () => {
  it.each([
    { contentType: merge, patch: { data: { k: null, l: "1" } } },
    { contentType: `${merge}; charset=utf-8`, patch: { data: { k: null, l: "1" } } },
    { contentType: strategic, patch: { data: { k: null, l: "1" } } },
    {
      contentType: "application/json-patch+json",
      patch: [
        { op: "remove", path: "/data/k" },
        { op: "add", path: "/data/l", value: "1" },
      ],
    },
  ])("patches by $contentType", ({ contentType, patch }) => {
    const patched = applyPatch({ contentType, patch, object: configMap, kind: configMaps });
    expect(patched).toEqual({ ...configMap, data: { l: "1" } });
  });

  it("refuses a strategic patch of a custom resource as a real server does", () => {
    const object = { ...configMap, apiVersion: "example.com/v1", kind: "Widget" };
    expect(() => applyPatch({ contentType: strategic, patch: {}, object, kind: widgets })).toThrow(
      expect.objectContaining({
        code: 415,
        reason: "UnsupportedMediaType",
        message:
          "the body of the request was in an unknown format - accepted media types include: " +
          "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml",
      }),
    );
  });

  it.each([
    {
      behaviour: "an unknown content type",
      contentType: "application/json",
      patch: {},
      code: 415,
      message: /accepted media types include: .*strategic-merge-patch/,
    },
    {
      behaviour: "a merge patch that is no object",
      contentType: merge,
      patch: "xx",
      code: 400,
      message:
        /^error decoding patch: json: cannot unmarshal string into Go value of type map\[string\]interface \{\}$/,
    },
    {
      behaviour: "a patch that leaves no object",
      contentType: "application/json-patch+json",
      patch: [{ op: "replace", path: "", value: [] }],
      code: 400,
      message: /must leave an object/,
    },
    {
      behaviour: "a patch that removes the metadata",
      contentType: merge,
      patch: { metadata: null },
      code: 400,
      message: /must leave an object with metadata/,
    },
    {
      behaviour: "a strategic patch with a wrong type",
      contentType: strategic,
      patch: { data: { q: 5 } },
      code: 422,
      message:
        /^ "" is invalid: patch: Invalid value: "map\[data:map\[q:5\]\]": cannot convert int64 to string$/,
    },
  ])("refuses $behaviour", ({ contentType, patch, code, message }) => {
    expect(() => applyPatch({ contentType, patch, object: configMap, kind: configMaps })).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });

  it.each([
    { spec: { replicas: "x" }, text: "unrecognized type: int32" },
    { spec: { replicas: 1.5 }, text: "cannot convert float64 to int32" },
    { spec: { paused: "yes" }, text: "unrecognized type: bool" },
    { spec: { template: "x" }, text: "cannot restore struct from: string" },
    { spec: { selector: { matchLabels: [] } }, text: "cannot restore map from slice" },
    { spec: { template: { spec: { containers: "x" } } }, text: "cannot restore slice from string" },
  ])("says of a strategic patch: $text", ({ spec, text }) => {
    const object: KubeObject = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "d" },
    };
    expect(() =>
      applyPatch({ contentType: strategic, patch: { spec }, object, kind: deployments }),
    ).toThrow(new RegExp(`${text}$`));
  });
});
