import { describe, expect, it } from "vitest";
import { definedBySnapshot } from "../../src/manifests/defined-kinds.js";
import { screen } from "../../src/manifests/screening.js";

const manifest = (name: string, fields: object = {}) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "a" },
  ...fields,
});

describe("screen", () => {
  it("accepts different objects", () => {
    const screened = screen([manifest("a"), manifest("b"), manifest("a", { kind: "Secret" })]);

    expect(screened.map(({ refusal }) => refusal)).toEqual([undefined, undefined, undefined]);
  });

  it.each([
    {
      behaviour: "refuses an object's second manifest",
      given: manifest("a"),
      refusal: {
        reason: "Duplicated",
        message: "ConfigMap/a/a is in the snapshot more than once",
      },
    },
    {
      behaviour: "refuses a generated name",
      given: manifest("", { metadata: { name: "", generateName: "x-" } }),
      refusal: { reason: "FoundGenerateName", message: expect.stringContaining("(x-)") },
    },
    {
      behaviour: "refuses a manifest without a name",
      given: manifest(""),
      refusal: { reason: "DecodingErred", message: "the manifest has no metadata.name" },
    },
    {
      behaviour: "refuses a manifest without a kind",
      given: manifest("b", { kind: "" }),
      refusal: {
        reason: "DecodingErred",
        message: "the manifest has no apiVersion or no kind",
      },
    },
  ])("$behaviour", ({ given, refusal }) => {
    expect(screen([manifest("a"), given])[1]?.refusal).toEqual(refusal);
  });
});

describe("definedBySnapshot", () => {
  it("finds the objects whose definition comes with them", () => {
    const definition = {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "widgets.x.io" },
      spec: { group: "x.io", names: { kind: "Widget" } },
    };
    const widget = { apiVersion: "x.io/v2", kind: "Widget", metadata: { name: "w" } };
    const namesake = { apiVersion: "y.io/v1", kind: "Widget", metadata: { name: "w" } };

    expect([...definedBySnapshot([widget, namesake, definition])]).toEqual([widget]);
  });
});
