import { describe, expect, it } from "vitest";
import type { OverrideRule } from "../../src/api/override.js";
import { clusterManifests } from "../../src/placement/cluster-manifests.js";
import { NO_OVERRIDES } from "../../src/placement/matching-overrides.js";
import {
  CONFIG,
  clusterOverride,
  envelope,
  forLabel,
  NAMESPACE,
  namespacedOverride,
  patchRule,
  ROLE,
} from "./override-fixtures.js";

const CLUSTER = { name: "east", labels: { region: "eu", env: "prod" } };
const DELETE: OverrideRule = {
  clusterSelector: { clusterSelectorTerms: [] },
  overrideType: "Delete",
};

const patched = (rules: OverrideRule[], manifest = CONFIG) =>
  clusterManifests(
    [manifest],
    { cluster: [], namespaced: [namespacedOverride("o-0", manifest, rules)] },
    CLUSTER,
  );

describe("the rules of an override", () => {
  it.each([
    {
      behaviour: "are carried out in order, the last one winning",
      rules: [patchRule("/data/key", "first"), patchRule("/data/key", "second")],
      data: { key: "second" },
    },
    {
      behaviour: "are left out when they are for other clusters",
      rules: [patchRule("/data/key", "staging", forLabel("env", "staging"))],
      data: { key: "value" },
    },
    {
      behaviour: "are left out when they name no clusters at all",
      rules: [{ jsonPatchOverrides: [{ op: "add" as const, path: "/data/key", value: "x" }] }],
      data: { key: "value" },
    },
    {
      behaviour: "are carried out when one of several terms matches",
      rules: [
        patchRule("/data/key", "x", {
          clusterSelectorTerms: [
            { labelSelector: { matchLabels: { env: "none" } } },
            {
              labelSelector: { matchExpressions: [{ key: "region", operator: "Exists" as const }] },
            },
          ],
        }),
      ],
      data: { key: "x" },
    },
    {
      behaviour: "know the cluster's name and labels, also deep inside a value",
      rules: [
        patchRule("/data", {
          // biome-ignore lint/suspicious/noTemplateCurlyInString: the variables of overrides
          where: "${MEMBER-CLUSTER-NAME} in ${MEMBER-CLUSTER-LABEL-KEY-region}",
          // biome-ignore lint/suspicious/noTemplateCurlyInString: the variables of overrides
          list: [{ env: "${MEMBER-CLUSTER-LABEL-KEY-env}" }],
          number: 1,
        }),
      ],
      data: { where: "east in eu", list: [{ env: "prod" }], number: 1 },
    },
  ])("$behaviour", ({ rules, data }) => {
    expect(patched(rules)).toMatchObject({ kind: "Ready", manifests: [{ data }] });
  });

  it("leave the object away when one deletes it, whatever comes after", () => {
    expect(patched([DELETE, patchRule("/nothing/there", 1)])).toMatchObject({
      kind: "Ready",
      manifests: [],
    });
  });

  it.each([
    {
      behaviour: "the operation that does not fit the object",
      rules: [patchRule("/data/key", "x"), patchRule("/spec/replicas", 1)],
      message:
        'ConfigMap/team/app: ResourceOverride snapshot team/o-0, rule 2, add /spec/replicas: there is no "spec"',
    },
    {
      behaviour: "the label that the cluster lacks",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of overrides
      rules: [patchRule("/data/key", "${MEMBER-CLUSTER-LABEL-KEY-zone.example.com/name}")],
      message:
        "ConfigMap/team/app: ResourceOverride snapshot team/o-0, rule 1, add /data/key: the cluster has no label zone.example.com/name",
    },
    {
      behaviour: "what is no object any more",
      rules: [patchRule("/metadata/labels", "text")],
      message: expect.stringContaining(
        "the patch leaves no valid object: /metadata/labels: Invalid input: expected record",
      ),
    },
  ])("fail with $behaviour", ({ rules, message }) => {
    expect(patched(rules)).toEqual({ kind: "NotOverridden", message });
  });
});

describe("the manifests of a cluster", () => {
  it("are the resources as they are without overrides", () => {
    const { manifests } = clusterManifests([NAMESPACE, CONFIG], NO_OVERRIDES) as {
      manifests: unknown;
    };
    expect(manifests).toEqual([NAMESPACE, CONFIG]);
  });

  it("follow namespaced overrides after cluster-scoped ones", () => {
    const overrides = {
      cluster: [clusterOverride("c-0", NAMESPACE, [patchRule("/metadata/labels", { by: "c" })])],
      namespaced: [namespacedOverride("n-0", CONFIG, [patchRule("/metadata/labels/by", "n")])],
    };
    expect(clusterManifests([NAMESPACE, CONFIG, ROLE], overrides, CLUSTER)).toMatchObject({
      manifests: [
        { metadata: { labels: { by: "c" } } },
        { metadata: { labels: { by: "n" } } },
        { metadata: { labels: { a: "b" } } },
      ],
    });
  });

  it("have the contents of an envelope in its place, and know where they came from", () => {
    const wrapped = envelope("ResourceEnvelope", "team", { b: { ...CONFIG, data: {} } });
    expect(clusterManifests([NAMESPACE, wrapped], NO_OVERRIDES)).toEqual({
      kind: "Ready",
      manifests: [NAMESPACE, { ...CONFIG, data: {} }],
      envelopes: new Map([
        ["/ConfigMap/team/app", { name: "wrapped", namespace: "team", type: "ResourceEnvelope" }],
      ]),
    });
  });

  it("are overridden inside envelopes too, after the envelope itself", () => {
    const wrapped = envelope("ClusterResourceEnvelope", undefined, { role: ROLE });
    const overrides = {
      cluster: [
        clusterOverride("e-0", wrapped, [patchRule("/data/role/metadata/labels/a", "envelope")]),
        clusterOverride("r-0", ROLE, [patchRule("/metadata/labels/c", "content")]),
      ],
      namespaced: [],
    };
    expect(clusterManifests([wrapped], overrides, CLUSTER)).toMatchObject({
      manifests: [{ metadata: { name: "reader", labels: { a: "envelope", c: "content" } } }],
    });
  });

  it.each([
    {
      behaviour: "an override leaves bad content",
      overrides: {
        cluster: [],
        namespaced: [
          namespacedOverride("o-0", envelope("ResourceEnvelope", "team", {}), [
            patchRule("/data/b/metadata", {}),
          ]),
        ],
      },
      message: "ResourceEnvelope/team/wrapped: data[b]: metadata.name: Required value",
    },
    {
      behaviour: "an override of its content does not fit",
      overrides: {
        cluster: [],
        namespaced: [namespacedOverride("o-0", CONFIG, [patchRule("/spec/x", 1)])],
      },
      message:
        'ConfigMap/team/app: ResourceOverride snapshot team/o-0, rule 1, add /spec/x: there is no "spec"',
    },
  ])("cannot be made of an envelope when $behaviour", ({ overrides, message }) => {
    const wrapped = envelope("ResourceEnvelope", "team", { b: CONFIG });
    expect(clusterManifests([wrapped], overrides, CLUSTER)).toEqual({
      kind: "NotOverridden",
      message,
    });
  });
});
