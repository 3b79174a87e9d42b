import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeKey, encodeKey, joinKeys, keyBounds } from "../../src/storage/table-key.js";

describe("table keys", () => {
  it.each([
    { behaviour: "keep names as they are", text: "example-run.1:x_y", key: "example-run.1:x_y" },
    { behaviour: "escape what a table forbids", text: "a/b\\c#d?e\n", key: "a!2Fb!5Cc!23d!3Fe!0A" },
    { behaviour: "escape their own escape and separator", text: "!|~", key: "!21!7C!7E" },
    { behaviour: "escape characters beyond ASCII by byte", text: "ü🚀", key: "!C3!BC!F0!9F!9A!80" },
    { behaviour: "stand for the empty text", text: "", key: "!" },
  ])("$behaviour", ({ text, key }) => {
    expect(encodeKey(text)).toBe(key);
    expect(decodeKey(key)).toBe(text);
  });

  it("can be read back, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const key = encodeKey(text);
        expect(decodeKey(key)).toBe(text);
        expect(key).toMatch(/^[A-Za-z0-9.:_!-]+$/);
      }),
    );
  });

  it("sort as the names do, and below a prefix's bounds only with that prefix", () => {
    const names = fc.stringMatching(/^[A-Za-z0-9.:_-]{1,8}$/);
    fc.assert(
      fc.property(names, names, (a, b) => {
        expect(encodeKey(a) < encodeKey(b)).toBe(a < b);
        const [first, end] = keyBounds(a);
        expect(encodeKey(b) >= first && encodeKey(b) < end).toBe(b.startsWith(a));
      }),
    );
  });

  it("keep apart parts that run together when joined", () => {
    expect(joinKeys("a", "b|c")).not.toBe(joinKeys("a|b", "c"));
    expect(joinKeys("", "configmaps", "")).toBe("|configmaps|");
  });
});
