import { describe, expect, it } from "vitest";
import { parseAccessSetting } from "../../src/access/access-setting.js";

describe("the setting STAGECOACH_ACCESS", () => {
  it("gives roles to people, applications and groups, here or everywhere", () => {
    const entries = [
      { principal: "ada@example.com", role: "Fleet.Admin" },
      { group: "g1", role: "Fleet.Operator", namespaces: ["team-a", "team-b"] },
    ];
    expect(parseAccessSetting(JSON.stringify(entries))).toEqual(entries);
  });

  it.each([
    { text: "{", problem: "STAGECOACH_ACCESS is not JSON" },
    { text: "{}", problem: "expected array" },
    { text: '[{"principal":"a","role":"Admin"}]', problem: "0.role" },
    { text: '[{"role":"Fleet.Admin"}]', problem: "0: needs either principal or group" },
    {
      text: '[{"principal":"a","group":"b","role":"Fleet.Reader"}]',
      problem: "0: needs either principal or group",
    },
    {
      text: '[{"principal":"a","role":"Fleet.Reader","namespaces":[]}]',
      problem: "0.namespaces: must name at least one",
    },
    {
      text: '[{"principal":"a","role":"Fleet.Reader","namespaces":["*"]}]',
      problem: "0.namespaces.0: must be the name of a namespace",
    },
    {
      text: '[{"principal":"a","role":"Fleet.Admin","namespaces":["team-a"]}]',
      problem: "0: Fleet.Admin is for the whole fleet",
    },
    { text: '[{"principal":"a","role":"Fleet.Reader","namespace":"x"}]', problem: "namespace" },
  ])("that is $text stops the start", ({ text, problem }) => {
    expect(() => parseAccessSetting(text)).toThrow(problem);
  });
});
