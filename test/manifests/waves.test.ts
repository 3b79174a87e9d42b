import { describe, expect, it } from "vitest";
import { inWaves, LAST_WAVE, waveOf } from "../../src/manifests/waves.js";

describe("waveOf", () => {
  it.each([
    { behaviour: "puts namespaces first", group: "", kind: "Namespace", wave: 0 },
    { behaviour: "puts configuration second", group: "", kind: "ConfigMap", wave: 1 },
    {
      behaviour: "puts definitions before what they define",
      group: "apiextensions.k8s.io",
      kind: "CustomResourceDefinition",
      wave: 1,
    },
    {
      behaviour: "puts roles before their bindings",
      group: "rbac.authorization.k8s.io",
      kind: "Role",
      wave: 2,
    },
    {
      behaviour: "puts bindings before workloads",
      group: "rbac.authorization.k8s.io",
      kind: "RoleBinding",
      wave: 3,
    },
    { behaviour: "puts workloads after all they use", group: "apps", kind: "Deployment", wave: 4 },
    {
      behaviour: "puts webhooks after what serves them",
      group: "admissionregistration.k8s.io",
      kind: "ValidatingWebhookConfiguration",
      wave: 5,
    },
    { behaviour: "puts unknown kinds last", group: "x.io", kind: "Widget", wave: LAST_WAVE },
    {
      behaviour: "puts a namesake of another group last",
      group: "x.io",
      kind: "Deployment",
      wave: LAST_WAVE,
    },
  ])("$behaviour", ({ group, kind, wave }) => {
    expect(waveOf({ group, kind })).toBe(wave);
  });

  it("takes an absent group for core", () => {
    expect(waveOf({ kind: "Service" })).toBe(4);
  });
});

describe("inWaves", () => {
  it("groups in the order of the waves and keeps the order inside them", () => {
    const items = [
      { group: "apps", kind: "Deployment", name: "b" },
      { kind: "ConfigMap", name: "x" },
      { group: "apps", kind: "Deployment", name: "a" },
      { kind: "Namespace", name: "n" },
    ];
    const names = inWaves(items, (item) => item).map((wave) => wave.map(({ name }) => name));

    expect(names).toEqual([["n"], ["x"], ["b", "a"]]);
  });

  it("has no waves for no items", () => {
    expect(inWaves([], (item) => item)).toEqual([]);
  });
});
