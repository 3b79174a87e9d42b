import { describe, expect, it } from "vitest";
import { strategicMergePatch } from "../../../src/apiserver/patch/strategic-merge-patch.js";
import { builtinSchema } from "../../../src/registry/builtin-schema.js";

const podSpec =
  builtinSchema("apps/v1", "Deployment").properties?.spec?.properties?.template?.properties?.spec ??
  {};
const deploymentSpec = builtinSchema("apps/v1", "Deployment").properties?.spec ?? {};
const serviceSpec = builtinSchema("v1", "Service").properties?.spec ?? {};
const metadata = builtinSchema("v1", "ConfigMap").properties?.metadata ?? {};

const containers = [
  {
    name: "a",
    image: "nginx:1",
    env: [
      { name: "X", value: "1" },
      { name: "Y", value: "2" },
    ],
  },
  { name: "b", image: "busybox" },
];

describe("strategicMergePatch", () => {
  it.each([
    {
      behaviour: "sets the image of one container (kubectl set image)",
      schema: podSpec,
      object: { containers },
      patch: {
        "$setElementOrder/containers": [{ name: "a" }, { name: "b" }],
        containers: [{ name: "a", image: "nginx:2" }],
      },
      result: { containers: [{ ...containers[0], image: "nginx:2" }, containers[1]] },
    },
    {
      behaviour: "removes a container and one of its neighbour's variables (kubectl apply)",
      schema: podSpec,
      object: { containers },
      patch: {
        "$setElementOrder/containers": [{ name: "a" }],
        containers: [
          {
            "$setElementOrder/env": [{ name: "Y" }],
            env: [{ $patch: "delete", name: "X" }],
            image: "nginx:2",
            name: "a",
          },
          { $patch: "delete", name: "b" },
        ],
      },
      result: { containers: [{ name: "a", image: "nginx:2", env: [{ name: "Y", value: "2" }] }] },
    },
    {
      behaviour: "drops what $retainKeys does not name",
      schema: deploymentSpec,
      object: { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } } },
      patch: { strategy: { $retainKeys: ["type"], rollingUpdate: null, type: "Recreate" } },
      result: { strategy: { type: "Recreate" } },
    },
    {
      behaviour: "changes the type of a volume",
      schema: podSpec,
      object: { volumes: [{ name: "v", emptyDir: {} }] },
      patch: {
        "$setElementOrder/volumes": [{ name: "v" }],
        volumes: [
          {
            $retainKeys: ["configMap", "name"],
            configMap: { name: "c" },
            emptyDir: null,
            name: "v",
          },
        ],
      },
      result: { volumes: [{ name: "v", configMap: { name: "c" } }] },
    },
    {
      behaviour: "replaces a list without a merge key",
      schema: podSpec,
      object: { containers: [{ name: "a", args: ["x", "y"] }] },
      patch: { containers: [{ name: "a", args: ["z"] }] },
      result: { containers: [{ name: "a", args: ["z"] }] },
    },
    {
      behaviour: "removes one of two finalizers",
      schema: metadata,
      object: { finalizers: ["a.io/x", "b.io/y"] },
      patch: {
        "$deleteFromPrimitiveList/finalizers": ["a.io/x"],
        "$setElementOrder/finalizers": ["b.io/y"],
      },
      result: { finalizers: ["b.io/y"] },
    },
    {
      behaviour: "unites finalizers, new ones first",
      schema: metadata,
      object: { finalizers: ["a.io/x"] },
      patch: { finalizers: ["b.io/y", "a.io/x"] },
      result: { finalizers: ["b.io/y", "a.io/x"] },
    },
    {
      behaviour: "merges Service ports by port",
      schema: serviceSpec,
      object: { ports: [{ port: 80 }, { port: 81, targetPort: 1 }] },
      patch: {
        "$setElementOrder/ports": [{ port: 81 }],
        ports: [
          { port: 81, targetPort: 8081 },
          { $patch: "delete", port: 80 },
        ],
      },
      result: { ports: [{ port: 81, targetPort: 8081 }] },
    },
    {
      behaviour: "puts a new item of an unordered patch first",
      schema: podSpec,
      object: { containers },
      patch: { containers: [{ name: "n", image: "i" }] },
      result: { containers: [{ name: "n", image: "i" }, ...containers] },
    },
    {
      behaviour: "keeps items that the order does not mention where they were",
      schema: podSpec,
      object: { containers: [{ name: "injected" }, { name: "a" }, { name: "b" }] },
      patch: {
        "$setElementOrder/containers": [{ name: "b" }, { name: "a" }],
        containers: [{ name: "a", image: "i" }],
      },
      result: { containers: [{ name: "injected" }, { name: "b" }, { name: "a", image: "i" }] },
    },
    {
      behaviour: "replaces a map on request",
      schema: podSpec,
      object: { nodeSelector: { a: "1" } },
      patch: { nodeSelector: { $patch: "replace", b: "2" } },
      result: { nodeSelector: { b: "2" } },
    },
    {
      behaviour: "replaces a keyed list on request",
      schema: podSpec,
      object: { containers },
      patch: { containers: [{ $patch: "replace" }, { name: "z" }] },
      result: { containers: [{ name: "z" }] },
    },
    {
      behaviour: "empties a map on request",
      schema: podSpec,
      object: { nodeSelector: { a: "1" } },
      patch: { nodeSelector: { $patch: "delete" } },
      result: { nodeSelector: {} },
    },
    {
      behaviour: "leaves directives and nulls out of new values",
      schema: podSpec,
      object: {},
      patch: { securityContext: { $retainKeys: ["runAsUser"], runAsUser: 1, runAsGroup: null } },
      result: { securityContext: { runAsUser: 1 } },
    },
    {
      behaviour: "removes a field with null",
      schema: deploymentSpec,
      object: { paused: true, replicas: 1 },
      patch: { paused: null },
      result: { replicas: 1 },
    },
  ])("$behaviour", ({ schema, object, patch, result }) => {
    const before = structuredClone(object);
    expect(strategicMergePatch(object, patch, schema)).toEqual(result);
    expect(object).toEqual(before);
  });

  it.each([
    {
      behaviour: "an item without its merge key",
      patch: { containers: [{ image: "x" }] },
      message: "map: map[image:x] does not contain declared merge key: name",
    },
    {
      behaviour: "an unknown directive",
      patch: { containers: [{ name: "a", $patch: "explode" }] },
      message: "unknown patch type found: explode",
    },
    {
      behaviour: "an order that is no list",
      patch: { "$setElementOrder/containers": "a" },
      message: "$setElementOrder/containers must be a list",
    },
  ])("refuses $behaviour", ({ patch, message }) => {
    expect(() => strategicMergePatch({ containers }, patch, podSpec)).toThrow(
      expect.objectContaining({ code: 400, message }),
    );
  });
});
