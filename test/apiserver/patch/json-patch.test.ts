import { describe, expect, it } from "vitest";
import { jsonPatch } from "../../../src/apiserver/patch/json-patch.js";

const document = { a: { b: [1, 2, 3], "x/y": "slash", "m~n": "tilde" }, c: null };

describe("jsonPatch", () => {
  it.each([
    {
      behaviour: "adds a field",
      patch: [{ op: "add", path: "/d", value: 1 }],
      result: { ...document, d: 1 },
    },
    {
      behaviour: "inserts into a list",
      patch: [{ op: "add", path: "/a/b/1", value: 9 }],
      result: { ...document, a: { ...document.a, b: [1, 9, 2, 3] } },
    },
    {
      behaviour: "appends to a list",
      patch: [{ op: "add", path: "/a/b/-", value: 9 }],
      result: { ...document, a: { ...document.a, b: [1, 2, 3, 9] } },
    },
    {
      behaviour: "removes a list item",
      patch: [{ op: "remove", path: "/a/b/0" }],
      result: { ...document, a: { ...document.a, b: [2, 3] } },
    },
    {
      behaviour: "unescapes pointers",
      patch: [
        { op: "remove", path: "/a/x~1y" },
        { op: "replace", path: "/a/m~0n", value: "t" },
      ],
      result: { ...document, a: { b: [1, 2, 3], "m~n": "t" } },
    },
    {
      behaviour: "copies a value",
      patch: [{ op: "copy", from: "/a/b/2", path: "/d" }],
      result: { ...document, d: 3 },
    },
    {
      behaviour: "moves a value",
      patch: [{ op: "move", from: "/a/b", path: "/d" }],
      result: { a: { "x/y": "slash", "m~n": "tilde" }, c: null, d: [1, 2, 3] },
    },
    {
      behaviour: "goes on after a test that holds, whatever the order of keys",
      patch: [
        { op: "test", path: "/a", value: { "m~n": "tilde", "x/y": "slash", b: [1, 2, 3] } },
        { op: "replace", path: "/c", value: 1 },
      ],
      result: { ...document, c: 1 },
    },
    {
      behaviour: "replaces the whole document",
      patch: [{ op: "replace", path: "", value: { z: 1 } }],
      result: { z: 1 },
    },
    { behaviour: "does nothing without operations", patch: [], result: document },
  ])("$behaviour", ({ patch, result }) => {
    expect(jsonPatch(document, patch)).toEqual(result);
  });

  it.each([
    { behaviour: "a test that fails", operation: { op: "test", path: "/a/b/0", value: 2 } },
    { behaviour: "removing what is not there", operation: { op: "remove", path: "/q" } },
    {
      behaviour: "replacing what is not there",
      operation: { op: "replace", path: "/q", value: 1 },
    },
    { behaviour: "a missing parent", operation: { op: "add", path: "/q/r", value: 1 } },
    { behaviour: "an index out of range", operation: { op: "add", path: "/a/b/5", value: 1 } },
    { behaviour: "an index with a leading zero", operation: { op: "remove", path: "/a/b/01" } },
    { behaviour: "a pointer without a slash", operation: { op: "remove", path: "a" } },
    { behaviour: "copying what is not there", operation: { op: "copy", from: "/q", path: "/d" } },
    {
      behaviour: "moving a value into itself",
      operation: { op: "move", from: "/a", path: "/a/b" },
    },
    { behaviour: "a path through a scalar", operation: { op: "remove", path: "/a/b/0/x" } },
  ])("refuses $behaviour with 422", ({ operation }) => {
    expect(() => jsonPatch(document, [operation])).toThrow(
      expect.objectContaining({
        code: 422,
        reason: "Invalid",
        message: "the server rejected our request due to an error in our request",
      }),
    );
  });

  it.each([
    { behaviour: "an object", patch: { op: "add" }, code: 400 },
    { behaviour: "an unknown operation", patch: [{ op: "merge", path: "/a" }], code: 400 },
    { behaviour: "adding nothing", patch: [{ op: "add", path: "/d" }], code: 400 },
    { behaviour: "an operation without a path", patch: [{ op: "remove" }], code: 400 },
    {
      behaviour: "more operations than a real server takes",
      patch: Array.from({ length: 10_001 }, () => ({ op: "remove", path: "/a" })),
      code: 413,
    },
  ])("refuses $behaviour as a patch", ({ patch, code }) => {
    expect(() => jsonPatch(document, patch)).toThrow(expect.objectContaining({ code }));
  });

  it("leaves the document as it was", () => {
    const before = structuredClone(document);
    jsonPatch(document, [
      { op: "add", path: "/a/b/0", value: 7 },
      { op: "remove", path: "/c" },
    ]);
    expect(document).toEqual(before);
  });
});
