import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../src/api/meta.js";
import type { Owner } from "../../src/manifests/outcome.js";
import { prepareManifest } from "../../src/manifests/prepare-manifest.js";

const owner: Owner = { kind: "ClusterResourcePlacement", name: "web", uid: "1" };

/** Stands for a digest and shows what was digested. */
const digest = (text: string) => `<${text}>`;

function object(metadata: object, fields: object = {}): KubeObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", ...metadata }, ...fields };
}

describe("prepareManifest", () => {
  const marks = {
    note: "x",
    "stagecoach.dev/owned-by": "ClusterResourcePlacement/-/web/1",
    "kubernetes-fleet.io/spec-hash": expect.stringMatching(/^</),
  };
  const text =
    '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"annotations":{"note":"x"},"name":"a"}}';

  it.each([
    {
      behaviour: "marks owner and hash beside the manifest's own annotations",
      strategy: { type: "ServerSideApply" },
      annotations: marks,
    },
    {
      behaviour: "keeps the manifest as well for client-side apply",
      strategy: { type: "ClientSideApply" },
      annotations: { ...marks, "kubernetes-fleet.io/last-applied-configuration": text },
    },
    {
      behaviour: "applies on the client's side by default",
      strategy: {},
      annotations: { ...marks, "kubernetes-fleet.io/last-applied-configuration": text },
    },
  ] as const)("$behaviour", ({ strategy, annotations }) => {
    const { desired } = prepareManifest(
      object({ annotations: { note: "x" } }),
      owner,
      strategy,
      digest,
    );

    expect(desired.metadata.annotations).toEqual(annotations);
  });

  it("keeps an empty annotation of a manifest that is too large for one", () => {
    const large = object({}, { data: { key: "x".repeat(256 * 1024) } });
    const { desired } = prepareManifest(large, owner, {}, () => "hash");

    expect(desired.metadata.annotations).toMatchObject({
      "kubernetes-fleet.io/last-applied-configuration": "",
    });
  });

  it("removes what servers and earlier appliers wrote, and keeps finalizers", () => {
    const { manifest } = prepareManifest(
      object(
        {
          uid: "1",
          resourceVersion: "2",
          generation: 3,
          creationTimestamp: "2026-01-01T00:00:00Z",
          deletionGracePeriodSeconds: 0,
          ownerReferences: [],
          managedFields: [],
          finalizers: ["test.dev/hold"],
          labels: { app: "web" },
          annotations: {
            "kubectl.kubernetes.io/last-applied-configuration": "{}",
            "kubernetes-fleet.io/last-applied-configuration": "{}",
            "kubernetes-fleet.io/spec-hash": "old",
            "deployment.kubernetes.io/revision": "4",
            "stagecoach.dev/owned-by": "old",
          },
        },
        { data: { key: "value" }, status: { phase: "x" } },
      ),
      owner,
      {},
      digest,
    );

    expect(manifest).toEqual({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "a", finalizers: ["test.dev/hold"], labels: { app: "web" } },
      data: { key: "value" },
    });
  });

  it("hashes the same for another order of keys and other owners", () => {
    const other: Owner = { ...owner, uid: "2" };
    const hashes = [
      prepareManifest(object({}, { data: { a: "1", b: "2" } }), owner, {}, digest).specHash,
      prepareManifest(object({ uid: "9" }, { data: { b: "2", a: "1" } }), other, {}, digest)
        .specHash,
    ];

    expect(hashes[0]).toBe(
      '<{"apiVersion":"v1","data":{"a":"1","b":"2"},"kind":"ConfigMap","metadata":{"name":"a"}}>',
    );
    expect(hashes[1]).toBe(hashes[0]);
  });

  it("leaves its argument as it was", () => {
    const given = object({ annotations: { note: "x" } }, { status: {} });
    const copy = structuredClone(given);
    prepareManifest(given, owner, {}, digest);

    expect(given).toEqual(copy);
  });
});
