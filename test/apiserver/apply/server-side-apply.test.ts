import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../../src/api/meta.js";
import {
  serverSideApply,
  trackManagedFields,
} from "../../../src/apiserver/apply/server-side-apply.js";
import type { Kind } from "../../../src/registry/kind.js";
import { configMaps, deployments, services, widgets } from "../patch/kinds.js";

const noon = new Date("2026-01-01T12:00:00Z");
const later = new Date("2026-01-01T13:00:00Z");

function object(kind: Kind, body: Record<string, unknown>, metadata = {}): KubeObject {
  const apiVersion = kind.group === "" ? "v1" : `${kind.group}/v1`;
  return { apiVersion, kind: kind.kind, metadata: { name: "x", ...metadata }, ...body };
}

function apply(
  kind: Kind,
  live: KubeObject | undefined,
  manager: string,
  applied: KubeObject,
  options: { force?: boolean; now?: Date; subresource?: string } = {},
): KubeObject {
  const { force = false, now = noon, subresource } = options;
  const input = { live, applied, schema: kind.schema, manager, force, now };
  return serverSideApply({ ...input, ...(subresource && { subresource }) });
}

function update(kind: Kind, live: KubeObject | undefined, manager: string, after: KubeObject) {
  return trackManagedFields({ before: live, after, schema: kind.schema, manager, now: noon });
}

/** manager/operation → FieldsV1. */
function owners(live: KubeObject): Record<string, unknown> {
  const entries = live.metadata.managedFields ?? [];
  return Object.fromEntries(entries.map((e) => [`${e.manager}/${e.operation}`, e.fieldsV1]));
}

const data = (values?: Record<string, string>, metadata = {}) =>
  object(configMaps, values ? { data: values } : {}, metadata);
const pod = (containers: unknown[], spec = {}) =>
  object(deployments, { spec: { ...spec, template: { spec: { containers } } } });

describe("serverSideApply", () => {
  it("creates an object that its manager owns", () => {
    expect(apply(configMaps, undefined, "a", data({ k: "v" }))).toEqual({
      ...data({ k: "v" }),
      metadata: {
        name: "x",
        managedFields: [
          {
            manager: "a",
            operation: "Apply",
            apiVersion: "v1",
            time: "2026-01-01T12:00:00Z",
            fieldsType: "FieldsV1",
            fieldsV1: { "f:data": { "f:k": {} } },
          },
        ],
      },
    });
  });

  it("returns the very same object when nothing changes", () => {
    const live = apply(configMaps, undefined, "a", data({ k: "v" }, { labels: { l: "1" } }));
    const again = data({ k: "v" }, { labels: { l: "1" } });
    expect(apply(configMaps, live, "a", again, { now: later })).toBe(live);
  });

  it("shares a field that two managers give the same value", () => {
    const live = apply(configMaps, undefined, "a", data({ k: "v" }));
    expect(owners(apply(configMaps, live, "b", data({ k: "v" })))).toEqual({
      "a/Apply": { "f:data": { "f:k": {} } },
      "b/Apply": { "f:data": { "f:k": {} } },
    });
  });

  it("removes what its manager stops applying and nobody else owns", () => {
    const first = apply(configMaps, undefined, "a", data({ gone: "1", shared: "1", kept: "1" }));
    const second = apply(configMaps, first, "b", data({ shared: "1" }));
    expect(apply(configMaps, second, "a", data({ kept: "1" })).data).toEqual({
      shared: "1",
      kept: "1",
    });
  });

  it("keeps fields of an object nobody tracked, even when they are left out", () => {
    const live = apply(configMaps, data({ old: "1" }), "a", data({ k: "v" }));
    expect(live.data).toEqual({ old: "1", k: "v" });
    expect(Object.keys(owners(live))).toEqual(["a/Apply", "before-first-apply/Update"]);
  });

  it("removes a struct with its last owned field", () => {
    const live = apply(deployments, undefined, "a", pod([], { strategy: { type: "Recreate" } }));
    expect(apply(deployments, live, "a", pod([], { paused: true })).spec).toEqual({
      paused: true,
      template: { spec: { containers: [] } },
    });
  });

  it("removes a container with everything that was defaulted in it", () => {
    const first = apply(deployments, undefined, "a", pod([{ name: "a" }, { name: "b" }]));
    const defaulted = {
      ...first,
      spec: {
        template: {
          spec: { containers: [{ name: "a" }, { name: "b", imagePullPolicy: "Always" }] },
        },
      },
    };
    const second = apply(deployments, defaulted, "a", pod([{ name: "a" }]));
    expect(second.spec).toEqual({ template: { spec: { containers: [{ name: "a" }] } } });
  });

  it("merges lists by key and keeps the applied order", () => {
    const first = apply(deployments, undefined, "a", pod([{ name: "x" }, { name: "y" }]));
    const second = apply(deployments, first, "b", pod([{ name: "z" }, { name: "y", image: "i" }]));
    expect(second.spec).toEqual({
      template: {
        spec: { containers: [{ name: "x" }, { name: "z" }, { name: "y", image: "i" }] },
      },
    });
  });

  it("tells list items apart by the default of a key that is left out", () => {
    const port = (extra: object) => object(services, { spec: { ports: [{ port: 80, ...extra }] } });
    const first = apply(services, undefined, "a", port({ targetPort: 1 }));
    const second = apply(services, first, "b", port({ protocol: "TCP", name: "http" }));
    expect(second.spec).toEqual({
      ports: [{ port: 80, targetPort: 1, protocol: "TCP", name: "http" }],
    });
    expect(owners(first)).toEqual({
      "a/Apply": {
        "f:spec": {
          "f:ports": {
            'k:{"port":80,"protocol":"TCP"}': { ".": {}, "f:port": {}, "f:targetPort": {} },
          },
        },
      },
    });
  });

  it("treats sets by value, atomic values as one, open objects by field", () => {
    const spec = (body: object) => object(widgets, { spec: { placement: "ab", ...body } });
    const first = apply(
      widgets,
      undefined,
      "a",
      spec({ tags: ["x", "y"], selector: { a: "1" }, anything: { deep: { a: 1 } } }),
    );
    const second = apply(
      widgets,
      first,
      "b",
      spec({ tags: ["y", "z"], selector: { b: "1" }, anything: { deep: { b: [1] } } }),
      { force: true },
    );
    expect(second.spec).toEqual({
      placement: "ab",
      tags: ["x", "y", "z"],
      selector: { b: "1" },
      anything: { deep: { a: 1, b: [1] } },
    });
    expect(owners(second)["b/Apply"]).toEqual({
      "f:spec": {
        "f:placement": {},
        "f:tags": { 'v:"y"': {}, 'v:"z"': {} },
        "f:selector": {},
        "f:anything": { "f:deep": { ".": {}, "f:b": {} } },
      },
    });
  });

  it("reports a conflict with another applier", () => {
    const live = apply(configMaps, undefined, "other", data({ k: "v" }));
    expect(() => apply(configMaps, live, "me", data({ k: "w" }))).toThrow(
      expect.objectContaining({
        code: 409,
        reason: "Conflict",
        message: 'Apply failed with 1 conflict: conflict with "other": .data.k',
        details: {
          causes: [
            {
              reason: "FieldManagerConflict",
              message: 'conflict with "other"',
              field: ".data.k",
            },
          ],
        },
      }),
    );
  });

  it("lists several conflicts by manager, updaters with their version", () => {
    const first = apply(configMaps, undefined, "kubectl", data({ k: "v" }));
    const second = update(configMaps, first, "edit", { ...first, data: { k: "v", l: "1" } });
    const third = apply(configMaps, second, "other", data({ k: "v" }));
    expect(() => apply(configMaps, third, "me", data({ k: "w", l: "2" }))).toThrow(
      [
        'Apply failed with 3 conflicts: conflicts with "edit" using v1:',
        "- .data.l",
        'conflicts with "kubectl":',
        "- .data.k",
        'conflicts with "other":',
        "- .data.k",
      ].join("\n"),
    );
  });

  it("names list items in conflicts by their key", () => {
    const live = apply(deployments, undefined, "a", pod([{ name: "c", image: "1" }]));
    expect(() => apply(deployments, live, "b", pod([{ name: "c", image: "2" }]))).toThrow(
      'conflict with "a": .spec.template.spec.containers[name="c"].image',
    );
  });

  it("takes fields over by force", () => {
    const live = apply(configMaps, undefined, "other", data({ k: "v", l: "1" }));
    const forced = apply(configMaps, live, "me", data({ k: "w" }), { force: true });
    expect(forced.data).toEqual({ k: "w", l: "1" });
    expect(owners(forced)).toEqual({
      "me/Apply": { "f:data": { "f:k": {} } },
      "other/Apply": { "f:data": { "f:l": {} } },
    });
  });

  it("keeps the entry of status apart and ignores status on the main path", () => {
    const sent = object(widgets, { spec: { placement: "ab" }, status: { phase: "Bogus" } });
    const live = apply(widgets, undefined, "a", sent);
    expect(live).not.toHaveProperty("status");
    const status = object(widgets, { spec: { placement: "zz" }, status: { phase: "Ready" } });
    const after = apply(widgets, live, "a", status, { subresource: "status" });
    expect(after).toMatchObject({ spec: { placement: "ab" }, status: { phase: "Ready" } });
    expect(
      after.metadata.managedFields?.map((entry) => [entry.subresource, entry.fieldsV1]),
    ).toEqual([
      [undefined, { "f:spec": { "f:placement": {} } }],
      ["status", { "f:status": { "f:phase": {} } }],
    ]);
  });

  it("says nothing by null", () => {
    const live = apply(configMaps, undefined, "a", data({ k: "v" }));
    const nulls = object(configMaps, { data: { k: "v", gone: null } }, { creationTimestamp: null });
    expect(apply(configMaps, live, "a", nulls)).toBe(live);
  });

  it.each([
    {
      behaviour: "two items with one key",
      kind: deployments,
      applied: pod([{ name: "a" }, { name: "a" }]),
      message:
        'failed to create typed patch object (/x; apps/v1, Kind=Deployment): .spec.template.spec.containers: duplicate entries for key [name="a"]',
    },
    {
      behaviour: "an item without its key",
      kind: deployments,
      applied: pod([{ image: "a" }]),
      message:
        'failed to create typed patch object (/x; apps/v1, Kind=Deployment): .spec.template.spec.containers: element 0: associative list with keys has an element that omits key field "name" (and doesn\'t have default value)',
    },
    {
      behaviour: "managedFields in the configuration",
      kind: configMaps,
      applied: data({}, { managedFields: [{ manager: "a" }] }),
      message: "metadata.managedFields must be nil",
    },
  ])("refuses $behaviour", ({ kind, applied, message }) => {
    expect(() => apply(kind, undefined, "a", applied)).toThrow(
      expect.objectContaining({ code: 400, message }),
    );
  });

  it("bears values of the wrong type, which validation refuses", () => {
    const live = apply(deployments, undefined, "a", pod([{ name: "a" }]));
    const wrong = object(deployments, { spec: { template: "x", replicas: {} } });
    expect(apply(deployments, live, "a", wrong).spec).toEqual({ template: "x", replicas: {} });
  });

  describe("after kubectl's client-side apply", () => {
    const annotation = "kubectl.kubernetes.io/last-applied-configuration";
    const applied = { ...data({ k: "v" }), metadata: { annotations: {}, name: "x" } };
    const annotations = { [annotation]: `${JSON.stringify(applied)}\n` };
    const live = update(configMaps, undefined, "kubectl-client-side-apply", {
      ...data({ k: "v" }, { annotations }),
    });

    it("lets kubectl change what client-side apply set, and keeps the annotation in step", () => {
      const after = apply(configMaps, live, "kubectl", data({ k: "w" }));
      expect(after.data).toEqual({ k: "w" });
      expect(after.metadata.annotations?.[annotation]).toBe(
        '{"apiVersion":"v1","data":{"k":"w"},"kind":"ConfigMap","metadata":{"name":"x"}}\n',
      );
    });

    it("still reports what somebody changed since", () => {
      const edited = update(configMaps, live, "edit", { ...live, data: { k: "edited" } });
      expect(() => apply(configMaps, edited, "kubectl", data({ k: "w" }))).toThrow(
        'conflict with "edit" using v1: .data.k',
      );
    });

    it("gives other managers no such right", () => {
      expect(() => apply(configMaps, live, "flux", data({ k: "w" }))).toThrow(
        'conflict with "kubectl-client-side-apply" using v1: .data.k',
      );
    });
  });
});

describe("trackManagedFields", () => {
  it("gives the creator all fields but identity and status", () => {
    const created = object(
      widgets,
      { spec: { placement: "ab", stages: [{ name: "s" }] }, status: { phase: "New" } },
      { labels: { l: "1" }, uid: "u", resourceVersion: "1", generation: 1, namespace: "n" },
    );
    expect(owners(update(widgets, undefined, "kubectl-create", created))).toEqual({
      "kubectl-create/Update": {
        "f:metadata": { "f:labels": { ".": {}, "f:l": {} } },
        "f:spec": {
          ".": {},
          "f:placement": {},
          "f:stages": { ".": {}, 'k:{"name":"s"}': { ".": {}, "f:name": {} } },
        },
      },
    });
  });

  it("moves changed fields to the one who changed them", () => {
    const live = apply(configMaps, undefined, "a", data({ k: "v", l: "1" }));
    const after = update(configMaps, live, "edit", { ...live, data: { k: "w", l: "1" } });
    expect(owners(after)).toEqual({
      "a/Apply": { "f:data": { "f:l": {} } },
      "edit/Update": { "f:data": { "f:k": {} } },
    });
  });

  it("takes removed fields from everybody", () => {
    const live = apply(configMaps, undefined, "a", data({ k: "v", l: "1" }));
    const after = update(configMaps, live, "edit", { ...live, data: { l: "1" } });
    expect(owners(after)).toEqual({ "a/Apply": { "f:data": { "f:l": {} } } });
  });

  it("keeps entries and their times when nothing changes, sent or not", () => {
    const live = apply(configMaps, undefined, "a", data({ k: "v" }));
    expect(update(configMaps, live, "edit", live)).toBe(live);
    expect(update(configMaps, live, "edit", data({ k: "v" }))).toEqual(live);
  });

  it("lets a request rewrite the entries and clear them with an empty one", () => {
    const live = apply(configMaps, undefined, "a", data({ k: "v" }));
    const [entry] = live.metadata.managedFields ?? [];
    const renamed = [{ ...entry, manager: "b" }];
    const rewritten = { ...live, metadata: { ...live.metadata, managedFields: renamed } };
    expect(Object.keys(owners(update(configMaps, live, "edit", rewritten)))).toEqual(["b/Apply"]);
    const cleared = { ...live, metadata: { ...live.metadata, managedFields: [{}] } };
    expect(update(configMaps, live, "edit", cleared).metadata).not.toHaveProperty("managedFields");
  });

  it("ignores entries it cannot read", () => {
    const live = apply(configMaps, undefined, "a", data({ k: "v" }));
    const managedFields = [{ manager: "x", operation: "Apply", fieldsV1: { nonsense: 1 } }];
    const garbage = { ...live, metadata: { ...live.metadata, managedFields } };
    expect(update(configMaps, live, "edit", garbage)).toEqual(live);
  });

  it("tracks a subresource apart", () => {
    const live = update(widgets, undefined, "a", object(widgets, { spec: { placement: "ab" } }));
    const after = trackManagedFields({
      before: live,
      after: { ...live, status: { phase: "Ready" } },
      schema: widgets.schema,
      manager: "a",
      now: later,
      subresource: "status",
    });
    expect(after.metadata.managedFields?.[1]).toMatchObject({
      subresource: "status",
      time: "2026-01-01T13:00:00Z",
      fieldsV1: { "f:status": { ".": {}, "f:phase": {} } },
    });
  });

  it("merges the oldest updaters when there are more than ten", () => {
    let live = update(configMaps, undefined, "u0", data({ k0: "0" }));
    for (let index = 1; index <= 12; index += 1) {
      const values = { ...(live.data as object), [`k${index}`]: "1" };
      live = trackManagedFields({
        before: live,
        after: { ...live, data: values },
        schema: configMaps.schema,
        manager: `u${index}`,
        now: new Date(noon.getTime() + index * 1000),
      });
    }
    const entries = live.metadata.managedFields ?? [];
    expect(entries).toHaveLength(10);
    expect(entries[0]).toMatchObject({
      manager: "ancient-changes",
      fieldsV1: { "f:data": { ".": {}, "f:k0": {}, "f:k1": {}, "f:k2": {}, "f:k3": {} } },
    });
  });
});
