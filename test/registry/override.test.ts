import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSqliteObjectStore } from "../../local/simulated-members/sqlite-object-store.js";
import type { KubeObject } from "../../src/api/meta.js";
import { overrideMotion } from "../../src/registry/override-motion.js";
import { created, kindOf, manifest, refusals, updateRefusals } from "./support/written.js";

const clusterKind = kindOf("ClusterResourceOverride");
const namespacedKind = kindOf("ResourceOverride");

const role = { group: "rbac.authorization.k8s.io", version: "v1", kind: "ClusterRole", name: "r" };
const config = { group: "", version: "v1", kind: "ConfigMap", name: "app" };
const patch = { op: "add", path: "/metadata/labels/x", value: "y" };
const everywhere = { clusterSelectorTerms: [] };
const policy = (rule: Record<string, unknown>) => ({
  overrideRules: [{ clusterSelector: everywhere, ...rule }],
});
const clusterSpec = (parts: Record<string, unknown> = {}) => ({
  spec: {
    clusterResourceSelectors: [role],
    policy: policy({ jsonPatchOverrides: [patch] }),
    ...parts,
  },
});
const withRule = (rule: Record<string, unknown>) => clusterSpec({ policy: policy(rule) });
const withPatch = (parts: Record<string, unknown>) =>
  withRule({ jsonPatchOverrides: [{ ...patch, ...parts }] });
const namespacedSpec = (parts: Record<string, unknown> = {}) => ({
  metadata: { name: "x", namespace: "team" },
  spec: {
    resourceSelectors: [config],
    policy: policy({ jsonPatchOverrides: [patch] }),
    ...parts,
  },
});

let store: ReturnType<typeof openSqliteObjectStore>;
beforeEach(() => {
  store = openSqliteObjectStore(":memory:");
});
afterEach(() => store.close());

async function stored(object: KubeObject): Promise<KubeObject> {
  const { name, namespace } = object.metadata;
  const { group, plural } = kindOf(object.kind);
  return store.create({ group, resource: plural, namespace, name }, object);
}

describe("an override", () => {
  it("is filled in with the scope of its placement and the type of its rules", () => {
    expect(created(clusterKind, clusterSpec({ placement: { name: "p" } })).spec).toMatchObject({
      placement: { name: "p", scope: "Cluster" },
      policy: { overrideRules: [{ overrideType: "JSONPatch" }] },
    });
  });

  it("keeps its finalizer until its snapshots are gone", () => {
    expect(created(clusterKind, clusterSpec()).metadata.finalizers).toEqual([
      "kubernetes-fleet.io/override-cleanup",
    ]);
  });

  it.each([
    { behaviour: "labels", path: "/metadata/labels" },
    { behaviour: "one annotation", path: "/metadata/annotations/a~1b" },
    { behaviour: "anything in the spec", path: "/spec/template/spec/containers/0/image" },
    { behaviour: "fields that only begin like a forbidden one", path: "/statusPage" },
    { behaviour: "the end of a list", path: "/rules/-" },
  ])("may patch $behaviour", ({ path }) => {
    expect(refusals(clusterKind, withPatch({ path }))).toEqual([]);
  });

  const AT = "spec.policy.overrideRules[0].jsonPatchOverrides[0]";
  it.each([
    ["/kind", "cannot override typeMeta field kind"],
    ["/apiVersion", "cannot override typeMeta field apiVersion"],
    ["/status/phase", "cannot override status fields"],
    ["/metadata", "cannot override metadata fields except annotations and labels"],
    ["/metadata/name", "cannot override metadata fields except annotations and labels"],
    ["/metadata/labelsX", "cannot override metadata fields except annotations and labels"],
    ["/spec//x", "path cannot contain empty segments"],
    ["/spec/", "path cannot have a trailing slash"],
    ["/spec/~2", "path must be a JSON pointer (RFC 6901)"],
  ])("may not patch %s", (path, text) => {
    expect(refusals(clusterKind, withPatch({ path }))).toEqual([
      `${AT}.path: Invalid value: ${text}`,
    ]);
  });

  it.each([
    {
      behaviour: "a path without a slash",
      parts: withPatch({ path: "spec" }),
      refused: [expect.stringContaining(`${AT}.path in body should match`)],
    },
    {
      behaviour: "an operation that overrides do not have",
      parts: withPatch({ op: "move" }),
      refused: [expect.stringContaining('supported values: "add", "remove", "replace"')],
    },
    {
      behaviour: "a removal with a value",
      parts: withPatch({ op: "remove" }),
      refused: [`${AT}: Invalid value: remove operation cannot have a value`],
    },
    {
      behaviour: "an addition without a value",
      parts: withRule({ jsonPatchOverrides: [{ op: "add", path: "/spec/x" }] }),
      refused: [`${AT}.value: Required value: add needs a value`],
    },
    {
      behaviour: "a JSONPatch rule without operations",
      parts: withRule({}),
      refused: [
        "spec.policy.overrideRules[0]: Invalid value: jsonPatchOverrides must not be empty when overrideType is JSONPatch",
      ],
    },
    {
      behaviour: "a Delete rule with operations",
      parts: withRule({ overrideType: "Delete", jsonPatchOverrides: [patch] }),
      refused: [
        "spec.policy.overrideRules[0]: Invalid value: jsonPatchOverrides must be empty when overrideType is Delete",
      ],
    },
    {
      behaviour: "clusters by property",
      parts: withRule({
        jsonPatchOverrides: [patch],
        clusterSelector: { clusterSelectorTerms: [{ propertySorter: { name: "cpu" } }] },
      }),
      refused: [
        "spec.policy.overrideRules[0].clusterSelector.clusterSelectorTerms[0]: Invalid value: only labelSelector is supported in override clusterSelector",
      ],
    },
    {
      behaviour: "a term that says nothing",
      parts: withRule({
        jsonPatchOverrides: [patch],
        clusterSelector: { clusterSelectorTerms: [{}] },
      }),
      refused: [
        "spec.policy.overrideRules[0].clusterSelector.clusterSelectorTerms[0]: Invalid value: labelSelector is required in override clusterSelector terms",
      ],
    },
    {
      behaviour: "objects by label",
      parts: clusterSpec({
        clusterResourceSelectors: [{ ...role, name: undefined, labelSelector: {} }],
      }),
      refused: [
        "spec.clusterResourceSelectors[0]: Invalid value: labelSelector is not supported for ClusterResourceOverride resource selection",
      ],
    },
    {
      behaviour: "objects without a name",
      parts: clusterSpec({ clusterResourceSelectors: [{ ...role, name: "" }] }),
      refused: [
        "spec.clusterResourceSelectors[0]: Invalid value: resource name is required for ClusterResourceOverride resource selection",
      ],
    },
    {
      behaviour: "the same object twice",
      parts: clusterSpec({ clusterResourceSelectors: [role, role] }),
      refused: [
        "spec.clusterResourceSelectors[1]: Invalid value: clusterResourceSelectors must be unique",
      ],
    },
    {
      behaviour: "a namespaced placement",
      parts: clusterSpec({ placement: { name: "p", scope: "Namespaced" } }),
      refused: [
        "spec.placement.scope: Invalid value: clusterResourceOverride placement reference cannot be Namespaced scope",
      ],
    },
    {
      behaviour: "no rule at all",
      parts: clusterSpec({ policy: { overrideRules: [] } }),
      refused: [expect.stringContaining("spec.policy.overrideRules")],
    },
    {
      behaviour: "more than 20 rules",
      parts: clusterSpec({
        policy: { overrideRules: Array.from({ length: 21 }, () => ({ overrideType: "Delete" })) },
      }),
      refused: [expect.stringContaining("must have at most 20 items")],
    },
  ])("refuses $behaviour", ({ parts, refused }) => {
    expect(refusals(clusterKind, parts)).toEqual(refused);
  });

  it("keeps to its placement", () => {
    const refused = updateRefusals(
      clusterKind,
      clusterSpec({ placement: { name: "p" } }),
      clusterSpec({ placement: { name: "q" } }),
    );
    expect(refused).toEqual(["spec: Invalid value: The placement field is immutable"]);
  });

  it("may be of a namespaced placement when it is namespaced itself", () => {
    const parts = namespacedSpec({ placement: { name: "p", scope: "Namespaced" } });
    expect(refusals(namespacedKind, parts)).toEqual([]);
  });
});

describe("an object", () => {
  const override = (name: string): KubeObject => ({
    ...created(clusterKind, clusterSpec()),
    metadata: { name },
  });

  it("is overridden by one override of a kind only", async () => {
    await stored(override("first"));
    const causes = await clusterKind.validateAmongOthers?.(override("second"), store);
    expect(causes).toEqual([
      {
        reason: "FieldValueInvalid",
        field: "spec.clusterResourceSelectors[0]",
        message:
          "Invalid value: invalid resource selector: the resource has been selected by both second and first, which is not supported",
      },
    ]);
  });

  it("may be selected by the same override again", async () => {
    await stored(override("first"));
    expect(await clusterKind.validateAmongOthers?.(override("first"), store)).toEqual([]);
  });
});

describe("a change of an override", () => {
  const placement = (kind: string, name: string, namespace?: string): KubeObject => ({
    apiVersion: "placement.kubernetes-fleet.io/v1",
    kind,
    metadata: { name, uid: `${namespace ?? ""}/${name}`, ...(namespace && { namespace }) },
    spec: { resourceSelectors: [] },
  });
  beforeEach(async () => {
    await stored(placement("ClusterResourcePlacement", "p"));
    await stored(placement("ClusterResourcePlacement", "q"));
    await stored(placement("ResourcePlacement", "p", "team"));
    await stored(placement("ResourcePlacement", "p", "other"));
  });
  const woken = async (before: KubeObject | undefined, after: KubeObject | undefined) => {
    const wakes = await overrideMotion("Namespaced")({ before, after }, store);
    return wakes.map(({ instanceId }) => instanceId);
  };
  const override = (placementRef: Record<string, unknown> | undefined): KubeObject => {
    const object = manifest(namespacedKind, namespacedSpec({ placement: placementRef }));
    return { ...object, metadata: { ...object.metadata, uid: "override" } };
  };

  it.each([
    { behaviour: "every placement", ref: undefined, ids: ["override", "/p", "/q", "team/p"] },
    { behaviour: "the cluster-scoped one it names", ref: { name: "p" }, ids: ["override", "/p"] },
    {
      behaviour: "the namespaced one it names",
      ref: { name: "p", scope: "Namespaced" },
      ids: ["override", "team/p"],
    },
  ])("wakes $behaviour", async ({ ref, ids }) => {
    expect(await woken(undefined, override(ref))).toEqual(ids);
  });

  it("wakes nobody when only its labels change", async () => {
    const before = override(undefined);
    const after = { ...before, metadata: { ...before.metadata, labels: { a: "b" } } };
    expect(await woken(before, after)).toEqual([]);
  });

  it("wakes the placements when it is gone", async () => {
    expect(await woken(override({ name: "q" }), undefined)).toEqual(["/q"]);
  });
});
