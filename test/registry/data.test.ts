import { describe, expect, it } from "vitest";
import { CONTEXT, cells, created, kindOf, refusals, updateRefusals } from "./support/written.js";

const configMap = kindOf("ConfigMap");
const secret = kindOf("Secret");
const namespace = kindOf("Namespace");
const IMMUTABLE = "field is immutable when `immutable` is set";

describe("a Namespace", () => {
  const stored = created(namespace, { metadata: { name: "test-namespace" } });

  it("is stored active, with the label and finalizer of a real one", () => {
    expect(stored).toEqual({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: {
        name: "test-namespace",
        labels: { "kubernetes.io/metadata.name": "test-namespace" },
      },
      spec: { finalizers: ["kubernetes"] },
      status: { phase: "Active" },
    });
  });

  it("keeps its finalizer when an update leaves it out", () => {
    const { spec: _spec, ...without } = stored;
    expect(namespace.prepareForUpdate?.(without, stored, CONTEXT).spec).toEqual(stored.spec);
  });

  it.each(["default", "kube-system", "kube-public"])("may not be deleted when it is %s", (name) => {
    const system = created(namespace, { metadata: { name } });
    expect(namespace.refusesDeletion?.(system)).toBe("this namespace may not be deleted");
  });

  it("may be deleted otherwise", () => {
    expect(namespace.refusesDeletion?.(stored)).toBeUndefined();
  });

  it("prints its phase", () => {
    expect(cells(namespace, stored)).toEqual(["Active", "<unknown>"]);
  });
});

describe("a ConfigMap", () => {
  it("prints how many keys it has", () => {
    const object = created(configMap, { data: { a: "1" }, binaryData: { b: "MQ==" } });
    expect(cells(configMap, object)).toEqual([2, "<unknown>"]);
  });

  it.each(["key", "my.key_1-a", ".hidden"])("may have the key %j", (key) => {
    expect(refusals(configMap, { data: { [key]: "x" } })).toEqual([]);
  });

  it.each(["a b", "a/b", "", ".."])("cannot have the key %j", (key) => {
    expect(refusals(configMap, { data: { [key]: "x" } })).toEqual([
      expect.stringContaining(`data[${key}]: Invalid value: "${key}"`),
    ]);
  });

  it("cannot have a key twice", () => {
    expect(refusals(configMap, { data: { a: "1" }, binaryData: { a: "MQ==" } })).toEqual([
      'binaryData[a]: Invalid value: "a": duplicate of key present in data',
    ]);
  });

  it("cannot hold more than a mebibyte", () => {
    expect(refusals(configMap, { data: { a: "x".repeat(1_048_577) } })).toEqual([
      "data: Too long: may not be more than 1048576 bytes",
    ]);
  });

  it("stays as it is once it is immutable", () => {
    const before = { immutable: true, data: { a: "1" } };
    expect(updateRefusals(configMap, before, { data: { a: "2" } })).toEqual([
      `immutable: Forbidden: ${IMMUTABLE}`,
      `data: Forbidden: ${IMMUTABLE}`,
    ]);
  });
});

describe("a Secret", () => {
  it("is opaque, and keeps written text encoded", () => {
    const object = created(secret, { data: { a: "MQ==" }, stringData: { b: "grüß" } });
    expect(object).toMatchObject({ type: "Opaque", data: { a: "MQ==", b: "Z3LDvMOf" } });
    expect(object).not.toHaveProperty("stringData");
  });

  it("lets written text win over data", () => {
    expect(created(secret, { data: { a: "MQ==" }, stringData: { a: "2" } })).toMatchObject({
      data: { a: "Mg==" },
    });
  });

  it("needs the keys of its type", () => {
    expect(refusals(secret, { type: "kubernetes.io/tls", data: { "tls.crt": "" } })).toEqual([
      "data[tls.key]: Required value",
    ]);
  });

  it("keeps its type", () => {
    expect(updateRefusals(secret, {}, { type: "example.test/other" })).toEqual([
      'type: Invalid value: "example.test/other": field is immutable',
    ]);
  });

  it("prints its type and how many keys it has", () => {
    expect(cells(secret, created(secret, { stringData: { a: "1" } }))).toEqual([
      "Opaque",
      1,
      "<unknown>",
    ]);
  });
});
