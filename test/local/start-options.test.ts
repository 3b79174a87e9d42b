import { describe, expect, it } from "vitest";
import { parseStartOptions, UsageError } from "../../local/start-options.js";

const parse = (...args: string[]) => parseStartOptions(args, "/project");

describe("parseStartOptions", () => {
  it("starts three members on port 7071 with its state in .stagecoach by default", () => {
    expect(parse()).toEqual({
      port: 7071,
      members: 3,
      realMembers: [],
      kubeconfig: undefined,
      dataDir: "/project/.stagecoach",
      fresh: false,
      help: false,
    });
  });

  it("takes real clusters by name and context", () => {
    const options = parse(
      ...["--members", "0", "--kubeconfig", "clusters.yaml"],
      ...["--member", "west=aks-west", "--member", "east=admin@aks=east"],
    );
    expect(options).toMatchObject({
      members: 0,
      kubeconfig: "/project/clusters.yaml",
      realMembers: [
        { name: "west", context: "aks-west" },
        { name: "east", context: "admin@aks=east" },
      ],
    });
  });

  it.each([
    { behaviour: "refuses an unknown option", args: ["--prot", "1"], says: "--prot" },
    { behaviour: "refuses a stray argument", args: ["canary"], says: "canary" },
    {
      behaviour: "refuses a port that is no number",
      args: ["--port", "x"],
      says: '--port takes a whole number from 0 to 65535, not "x"',
    },
    { behaviour: "refuses a port beyond 65535", args: ["--port", "65536"], says: "65535" },
    {
      behaviour: "refuses a negative count of members",
      args: ["--members=-1"],
      says: "--members takes",
    },
    { behaviour: "refuses an option without its value", args: ["--data-dir"], says: "--data-dir" },
    {
      behaviour: "refuses a member without a context",
      args: ["--member", "west"],
      says: "NAME=CONTEXT",
    },
    {
      behaviour: "refuses a member name that is no DNS label",
      args: ["--member", "West=x"],
      says: '"West" is no member name',
    },
    {
      behaviour: "refuses a real member without a kubeconfig",
      args: ["--member", "west=x"],
      says: "--member needs --kubeconfig",
    },
    {
      behaviour: "refuses a real member named as a simulated one",
      args: ["--kubeconfig", "f", "--member", "member1=x"],
      says: "there is a member member1 already",
    },
    {
      behaviour: "refuses the same member twice",
      args: ["--kubeconfig", "f", "--member", "west=x", "--member", "west=y"],
      says: "there is a member west already",
    },
  ])("$behaviour in one line", ({ args, says }) => {
    const attempt = () => parse(...args);
    expect(attempt).toThrow(UsageError);
    expect(attempt).toThrow(says);
    expect(attempt).not.toThrow("\n");
  });
});
