import { describe, expect, it } from "vitest";
import { parseYaml, parseYamlDocuments, toYaml } from "../../src/apiserver/yaml.js";

describe("parseYaml", () => {
  it.each([
    { behaviour: "reads yes as true", text: "yes", value: true },
    { behaviour: "reads Y as true", text: "Y", value: true },
    { behaviour: "reads off as false", text: "off", value: false },
    { behaviour: "leaves quoted words alone", text: '"no"', value: "no" },
    { behaviour: "reads a leading zero as octal", text: "0644", value: 420 },
    { behaviour: "leaves a time of day alone", text: "12:30:00", value: "12:30:00" },
    { behaviour: "leaves a date alone", text: "2026-11-21", value: "2026-11-21" },
    {
      behaviour: "leaves a timestamp alone",
      text: "2026-11-21T10:00:00Z",
      value: "2026-11-21T10:00:00Z",
    },
    { behaviour: "reads a number", text: "1e3", value: 1000 },
    { behaviour: "reads ~ as null", text: "~", value: null },
    { behaviour: "reads JSON", text: '{"a": [1, true]}', value: { a: [1, true] } },
  ])("$behaviour", ({ text, value }) => {
    expect(parseYaml(text)).toEqual(value);
  });

  it("merges with <<", () => {
    expect(parseYaml("a: &x {k: 1}\nb:\n  <<: *x\n  l: 2\n")).toEqual({
      a: { k: 1 },
      b: { k: 1, l: 2 },
    });
  });

  it.each([
    { behaviour: "refuses a second document", text: "a: 1\n---\nb: 2\n" },
    { behaviour: "refuses a key given twice", text: "a: 1\na: 2\n" },
    { behaviour: "refuses broken text", text: "a: [" },
    {
      behaviour: "refuses aliases that multiply without bound",
      text: `a: &a [x,x,x,x,x,x,x,x,x]\n${[..."bcdefghi"].map((name, index) => `${name}: &${name} [${Array(9).fill(`*${"abcdefgh"[index]}`)}]\n`).join("")}`,
    },
  ])("$behaviour", ({ text }) => {
    expect(() => parseYaml(text)).toThrow();
  });

  it("reads the documents of a stream without the empty ones", () => {
    expect(parseYamlDocuments("a: 1\n---\n---\nb: yes\n")).toEqual([{ a: 1 }, { b: true }]);
  });

  it("gives back what it wrote", () => {
    const value = { a: "yes", b: "0644", c: "2026-11-21", d: ["~", "1e3", "a: b"], e: "x\ny\n" };
    expect(parseYaml(toYaml(value))).toEqual(value);
  });
});
