import { describe, expect, it } from "vitest";
import { applyJsonPatch, isPointer, type JsonPatchOperation } from "../../src/api/json-patch.js";

const document = { data: { list: [1], text: "t" } };

describe("applyJsonPatch", () => {
  it.each<{ behaviour: string; operation: JsonPatchOperation; why: string }>([
    {
      behaviour: "names the field that is not there",
      operation: { op: "replace", path: "/data/other", value: 1 },
      why: 'there is no "other"',
    },
    {
      behaviour: "names what is missing on the way",
      operation: { op: "add", path: "/spec/replicas", value: 1 },
      why: 'there is no "spec"',
    },
    {
      behaviour: "names the place that a list does not have",
      operation: { op: "remove", path: "/data/list/3" },
      why: 'the list has no place "3"',
    },
    {
      behaviour: "says that a text has nothing inside",
      operation: { op: "add", path: "/data/text/x", value: 1 },
      why: '"x" is looked for in something that is neither an object nor a list',
    },
  ])("$behaviour", ({ operation, why }) => {
    const good: JsonPatchOperation = { op: "add", path: "/data/fine", value: true };
    expect(applyJsonPatch(document, [good, operation])).toEqual({ ok: false, operation: 1, why });
  });

  it("leaves the document as it is", () => {
    const before = structuredClone(document);
    applyJsonPatch(document, [{ op: "remove", path: "/data/list/0" }]);
    expect(document).toEqual(before);
  });
});

describe("isPointer", () => {
  it.each([
    ["/a", true],
    ["/a~1b/~0", true],
    ["/", true],
    ["", false],
    ["a/b", false],
    ["/a~2", false],
    ["/a~", false],
  ])("of %j is %s", (text, expected) => {
    expect(isPointer(text)).toBe(expected);
  });
});
