import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../src/api/meta.js";
import { diff, MAX_PATCH_DETAILS } from "../../src/manifests/diff.js";

function object(fields: object, metadata: object = {}, kind = "ConfigMap"): KubeObject {
  return { apiVersion: "v1", kind, metadata: { name: "a", ...metadata }, ...fields };
}

describe("diff", () => {
  it.each([
    {
      behaviour: "finds nothing between equal objects whatever the order of keys",
      hub: object({ data: { a: "1", b: "2" } }),
      member: object({ data: { b: "2", a: "1" } }),
      details: [],
    },
    {
      behaviour: "prints both values of a changed field",
      hub: object({ data: { a: "1" } }),
      member: object({ data: { a: "2" } }),
      details: [{ path: "/data/a", valueInHub: "1", valueInMember: "2" }],
    },
    {
      behaviour: "leaves out the side that lacks a field",
      hub: object({ data: { a: "1", b: "2" } }),
      member: object({ data: { b: "2", c: "3" } }),
      details: [
        { path: "/data/a", valueInHub: "1" },
        { path: "/data/c", valueInMember: "3" },
      ],
    },
    {
      behaviour: "goes into lists by position",
      hub: object({ spec: { ports: [{ port: 80 }, { port: 81 }] } }),
      member: object({ spec: { ports: [{ port: 80 }, { port: 82 }, { port: 83 }] } }),
      details: [
        { path: "/spec/ports/1/port", valueInHub: "81", valueInMember: "82" },
        { path: "/spec/ports/2", valueInMember: '{"port":83}' },
      ],
    },
    {
      behaviour: "prints a field whole when its type differs",
      hub: object({ spec: { value: ["a"] } }),
      member: object({ spec: { value: { 0: "a" } } }),
      details: [{ path: "/spec/value", valueInHub: '["a"]', valueInMember: '{"0":"a"}' }],
    },
    {
      behaviour: "escapes keys as JSON pointers do",
      hub: object({ data: { "a/b~c": "1" } }),
      member: object({ data: {} }),
      details: [{ path: "/data/a~1b~0c", valueInHub: "1" }],
    },
    {
      behaviour: "counts labels and annotations of people",
      hub: object({}, { labels: { team: "shop" }, annotations: { note: "x" } }),
      member: object({}, { annotations: { note: "y" } }),
      details: [
        { path: "/metadata/labels/team", valueInHub: "shop" },
        { path: "/metadata/annotations/note", valueInHub: "x", valueInMember: "y" },
      ],
    },
    {
      behaviour: "ignores what servers and controllers write",
      hub: object({}),
      member: object(
        { status: { phase: "Active" } },
        {
          uid: "1",
          resourceVersion: "2",
          finalizers: ["x"],
          labels: { "kubernetes.io/metadata.name": "a" },
          annotations: { "stagecoach.dev/owned-by": "x", "kubernetes-fleet.io/spec-hash": "y" },
        },
      ),
      details: [],
    },
    {
      behaviour: "cuts long values",
      hub: object({ data: { a: "1" } }),
      member: object({ data: { a: "x".repeat(5000) } }),
      details: [
        {
          path: "/data/a",
          valueInHub: "1",
          valueInMember: `${"x".repeat(2048)}… (5000 characters)`,
        },
      ],
    },
    {
      behaviour: "hides the contents of Secrets but not their type",
      hub: object({ type: "Opaque", data: { password: "YQ==" } }, {}, "Secret"),
      member: object({ type: "tls", data: { user: "Yg==" } }, {}, "Secret"),
      details: [
        { path: "/type", valueInHub: "Opaque", valueInMember: "tls" },
        { path: "/data/password", valueInHub: "(redacted for security reasons)" },
        { path: "/data/user", valueInMember: "(redacted for security reasons)" },
      ],
    },
    {
      behaviour: "hides a Secret's data when one side has none",
      hub: object({ data: { password: "YQ==" } }, {}, "Secret"),
      member: object({}, {}, "Secret"),
      details: [{ path: "/data", valueInHub: "(redacted for security reasons)" }],
    },
  ])("$behaviour", ({ hub, member, details }) => {
    expect(diff(hub, member)).toEqual(details);
  });

  it("stops after a hundred differences", () => {
    const data = Object.fromEntries(Array.from({ length: 500 }, (_, key) => [`k${key}`, "v"]));

    expect(diff(object({ data }), object({ data: {} }))).toHaveLength(MAX_PATCH_DETAILS);
  });
});
