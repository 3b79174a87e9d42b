import { describe, expect, it } from "vitest";
import { joinPieces, piecesOf, rowJson } from "../../src/storage/row-text.js";

describe("row text", () => {
  it.each([
    { behaviour: "keeps an empty text", text: "" },
    { behaviour: "keeps a text that fills one property", text: "x".repeat(30_000) },
    { behaviour: "keeps a text over several properties", text: "0123456789".repeat(48_000) },
  ])("$behaviour", ({ text }) => {
    expect(joinPieces(piecesOf(text) ?? {})).toBe(text);
  });

  it("puts at most 64 KiB into a property and 1 MiB into a row", () => {
    const pieces = Object.values(piecesOf("x".repeat(480_000)) ?? {});

    expect(Math.max(...pieces.map((piece) => piece.length * 2))).toBeLessThanOrEqual(65_536);
    expect(pieces.join("").length * 2).toBeLessThan(1_048_576);
  });

  it("leaves a longer text to a blob", () => {
    expect(piecesOf("x".repeat(480_001))).toBeUndefined();
  });

  it("never divides a pair of surrogates", () => {
    const text = `${"x".repeat(29_999)}🚀${"y".repeat(10)}`;
    const pieces = piecesOf(text) ?? {};

    expect(Object.values(pieces).every((piece) => piece.isWellFormed())).toBe(true);
    expect(joinPieces(pieces)).toBe(text);
  });

  it("escapes the characters that end a line for some readers only", () => {
    const value = { text: "a\u2028b\u2029c" };

    expect(rowJson(value)).not.toMatch(/[\u2028\u2029]/);
    expect(JSON.parse(rowJson(value))).toEqual(value);
  });
});
