import { describe, expect, it } from "vitest";
import { parseLabelSelector } from "../../src/apiserver/label-selector.js";

const LABELS = { app: "web", tier: "front", count: "7", "example.com/role": "" };

describe("parseLabelSelector", () => {
  it.each([
    { behaviour: "matches everything when empty", selector: "", matches: true },
    { behaviour: "compares with =", selector: "app=web", matches: true },
    { behaviour: "compares with ==", selector: "app==api", matches: false },
    { behaviour: "accepts other values with !=", selector: "app!=api", matches: true },
    { behaviour: "accepts an absent key with !=", selector: "nosuch!=api", matches: true },
    { behaviour: "finds the value in a set", selector: "app in (api, web)", matches: true },
    { behaviour: "needs the key for a set", selector: "nosuch in (a)", matches: false },
    { behaviour: "excludes a set", selector: "app notin (web)", matches: false },
    { behaviour: "accepts an absent key with notin", selector: "nosuch notin (a)", matches: true },
    { behaviour: "asks for a key", selector: "tier", matches: true },
    { behaviour: "asks for the absence of a key", selector: "!tier", matches: false },
    { behaviour: "joins requirements with and", selector: "app=web,tier=back", matches: false },
    { behaviour: "knows prefixed keys", selector: "example.com/role", matches: true },
    { behaviour: "compares with the empty value", selector: "example.com/role=", matches: true },
    { behaviour: "compares numbers", selector: "count>6,count<8", matches: true },
    { behaviour: "ignores blanks", selector: " app = web , tier ", matches: true },
    { behaviour: "does not find inherited names", selector: "constructor", matches: false },
  ])("$behaviour", ({ selector, matches }) => {
    expect(parseLabelSelector(selector)(LABELS)).toBe(matches);
  });

  it.each([
    { behaviour: "refuses a missing operator", selector: "a b" },
    { behaviour: "refuses an open set", selector: "a in (b" },
    { behaviour: "refuses a set without brackets", selector: "a in b" },
    { behaviour: "refuses a trailing comma", selector: "a=b," },
    { behaviour: "refuses an impossible key", selector: "-a=b" },
    { behaviour: "refuses an impossible value", selector: "a=$" },
    { behaviour: "refuses a key that is too long", selector: `${"a".repeat(64)}=b` },
    { behaviour: "refuses an impossible value in a set", selector: "a in (b,c d)" },
    { behaviour: "refuses a comparison with a word", selector: "a>b" },
    { behaviour: "refuses an operator alone", selector: "=" },
  ])("$behaviour", ({ selector }) => {
    expect(() => parseLabelSelector(selector)).toThrow(expect.objectContaining({ code: 400 }));
  });
});
