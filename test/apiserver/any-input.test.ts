import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import {
  APPLY_PATCH,
  CONFIG_MAPS,
  configMap,
  openTestApi,
  WIDGETS,
  widget,
} from "./support/test-api.js";

fc.configureGlobal({ seed: 20_261_121 });

const api = openTestApi();
afterAll(() => {
  expect(api.unexpected).toEqual([]);
  api.close();
});

/** Any value, often in places where something of another type belongs. */
const value = fc.oneof(
  { weight: 3, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  fc.constantFrom<unknown>(null, "", 0, -1, 1e300, [], {}, [null], "__proto__", { __proto__: 1 }),
);
const metadata = fc.record(
  {
    name: value,
    generateName: value,
    namespace: value,
    labels: value,
    annotations: value,
    finalizers: value,
    ownerReferences: value,
    managedFields: value,
    resourceVersion: value,
    uid: value,
  },
  { requiredKeys: [] },
);
const body = fc.record(
  {
    apiVersion: value,
    kind: value,
    metadata: fc.oneof(value, metadata),
    spec: fc.oneof(
      value,
      fc.record(
        { color: value, tags: value, replicas: value, template: value, selector: value },
        { requiredKeys: [] },
      ),
    ),
    data: value,
    status: value,
    $patch: value,
    "$setElementOrder/tags": value,
  },
  { requiredKeys: [] },
);
const DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";

describe("any input", () => {
  it.each([
    { collection: CONFIG_MAPS },
    { collection: WIDGETS },
    { collection: DEPLOYMENTS },
    { collection: "/api/v1/namespaces/default/services" },
    { collection: "/api/v1/namespaces" },
  ])("never makes creating in $collection the server's fault", async ({ collection }) => {
    await fc.assert(
      fc.asyncProperty(body, async (sent) => {
        const { status } = await api.post(collection, sent);
        expect(status).toBeLessThan(500);
      }),
      { numRuns: 150 },
    );
  });

  it.each([
    { contentType: "application/merge-patch+json" },
    { contentType: "application/strategic-merge-patch+json" },
    { contentType: `${APPLY_PATCH}` },
  ])("never makes a patch of type $contentType the server's fault", async ({ contentType }) => {
    await api.post(CONFIG_MAPS, configMap("a"));
    await api.post(WIDGETS, widget("a", { tags: ["x"] }));
    await api.post(DEPLOYMENTS, {
      metadata: { name: "a" },
      spec: {
        selector: { matchLabels: { app: "a" } },
        template: {
          metadata: { labels: { app: "a" } },
          spec: { containers: [{ name: "a", image: "b" }] },
        },
      },
    });
    await fc.assert(
      fc.asyncProperty(fc.oneof(value, body), async (patch) => {
        for (const collection of [CONFIG_MAPS, WIDGETS, DEPLOYMENTS]) {
          const path = `${collection}/a?fieldManager=fuzz`;
          const { status } = await api.patch(path, JSON.stringify(patch), { contentType });
          expect(status).toBeLessThan(500);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("never makes a JSON patch the server's fault", async () => {
    await api.post(WIDGETS, widget("j", { tags: ["x"] }));
    const pointer = fc.oneof(
      value,
      fc.constantFrom("/spec/tags/-", "/spec/tags/0", "/spec/tags/9", "/metadata/name", "/a~2", ""),
    );
    const operation = fc.record(
      {
        op: fc.oneof(value, fc.constantFrom("add", "remove", "replace", "move", "copy", "test")),
        path: pointer,
        from: pointer,
        value,
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(value, fc.array(operation, { maxLength: 3 })), async (patch) => {
        const { status } = await api.patch(`${WIDGETS}/j`, JSON.stringify(patch), {
          contentType: "application/json-patch+json",
        });
        expect(status).toBeLessThan(500);
      }),
      { numRuns: 300 },
    );
  });

  it("never makes a query the server's fault", async () => {
    const parameter = fc.constantFrom(
      "labelSelector",
      "fieldSelector",
      "limit",
      "continue",
      "resourceVersion",
      "resourceVersionMatch",
      "includeObject",
      "timeoutSeconds",
      "sendInitialEvents",
    );
    await fc.assert(
      fc.asyncProperty(fc.dictionary(parameter, fc.string()), async (query) => {
        const { status } = await api.get(`${CONFIG_MAPS}?${new URLSearchParams(query)}`);
        expect(status).toBeLessThan(500);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    { contentType: "application/vnd.kubernetes.protobuf" },
    { contentType: "application/yaml" },
  ])("never makes bytes of type $contentType the server's fault", async ({ contentType }) => {
    const frame = Buffer.from("6b3873000a0f0a02763112", "hex");
    const bytes = fc.uint8Array({ maxLength: 80 });
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          bytes,
          bytes.map((rest) => new Uint8Array(Buffer.concat([frame, rest]))),
          bytes.map((rest) => new Uint8Array(Buffer.concat([CONFIG_MAP_FRAME, rest]))),
        ),
        async (sent) => {
          const { status } = await api.post(CONFIG_MAPS, sent, { contentType });
          expect(status).toBeLessThan(500);
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** The type of a ConfigMap, and the beginning of its bytes. */
const CONFIG_MAP_FRAME = Buffer.from("6b3873000a0f0a0276311209436f6e6669674d617012", "hex");
