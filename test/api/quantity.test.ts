import { describe, expect, it } from "vitest";
import { canonicalQuantity, parseQuantity } from "../../src/api/quantity.js";

describe("canonicalQuantity", () => {
  it.each([
    ["0", "0"],
    ["0.0Gi", "0"],
    ["100m", "100m"],
    ["0.5", "500m"],
    ["1.5", "1500m"],
    ["1000m", "1"],
    ["1000", "1k"],
    ["1024", "1024"],
    ["+2", "2"],
    ["-0.5", "-500m"],
    ["1024Mi", "1Gi"],
    ["1.5Gi", "1536Mi"],
    ["0.5Ki", "512"],
    ["1000Ki", "1000Ki"],
    ["128974848", "128974848"],
    ["129e6", "129e6"],
    ["1290e5", "129e6"],
    ["12E", "12E"],
    ["12E3", "12E3"],
    ["m", "0"],
    ["1u", "1u"],
    ["0.1n", "1n"],
    [".5", "500m"],
    ["5.", "5"],
    ["10Ei", "9223372036854775807"],
    ["", ""],
    ["many", "many"],
  ])("stores %j as %j", (sent, stored) => {
    expect(canonicalQuantity(sent)).toBe(stored);
  });
});

describe("parseQuantity", () => {
  it.each([
    ["", "quantities must match the regular expression"],
    ["1 Gi", "quantities must match the regular expression"],
    ["many", "quantities must match the regular expression"],
    ["1.2.3", "quantities must match the regular expression"],
    ["1gi", "quantities must match the regular expression"],
    ["1Mm", "unable to parse quantity's suffix"],
    ["1i", "unable to parse quantity's suffix"],
  ])("refuses %j in the words of a real server", (text, message) => {
    expect(parseQuantity(text)).toEqual({ ok: false, message: expect.stringContaining(message) });
  });
});
