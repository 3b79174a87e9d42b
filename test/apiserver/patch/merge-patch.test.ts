import { describe, expect, it } from "vitest";
import { mergePatch } from "../../../src/apiserver/patch/merge-patch.js";

describe("mergePatch", () => {
  it.each([
    { behaviour: "sets a field", target: { a: 1 }, patch: { b: 2 }, result: { a: 1, b: 2 } },
    {
      behaviour: "removes with null",
      target: { a: 1, b: 2 },
      patch: { b: null },
      result: { a: 1 },
    },
    { behaviour: "replaces lists", target: { a: [1, 2] }, patch: { a: [3] }, result: { a: [3] } },
    {
      behaviour: "merges objects",
      target: { a: { b: 1, c: 2 } },
      patch: { a: { c: null, d: 3 } },
      result: { a: { b: 1, d: 3 } },
    },
    {
      behaviour: "leaves nulls out of new objects",
      target: {},
      patch: { a: { b: { c: null } } },
      result: { a: { b: {} } },
    },
    {
      behaviour: "replaces a scalar by an object",
      target: { a: 1 },
      patch: { a: {} },
      result: { a: {} },
    },
    {
      behaviour: "keeps nulls inside lists",
      target: {},
      patch: { a: [null] },
      result: { a: [null] },
    },
  ])("$behaviour", ({ target, patch, result }) => {
    const before = structuredClone(target);
    expect(mergePatch(target, patch)).toEqual(result);
    expect(target).toEqual(before);
  });

  it("takes a key named __proto__ for a key", () => {
    const merged = mergePatch({}, JSON.parse('{"__proto__": {"polluted": true}}'));
    expect(merged).not.toHaveProperty("polluted");
    expect(Object.keys(merged as object)).toEqual(["__proto__"]);
  });
});
