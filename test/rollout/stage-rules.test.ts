import { describe, expect, it } from "vitest";
import {
  clusterDeadline,
  countsFailures,
  failureLimit,
  parseStageRules,
} from "../../src/rollout/stage-rules.js";

const STAGES = ["staging", "canary", "prod"];
const parse = (rule: string, text: string) =>
  parseStageRules({ [`stagecoach.dev/${rule}`]: text }, STAGES);

describe("the rules of a strategy", () => {
  it("are absent without annotations, and with those of others", () => {
    expect(parseStageRules({ team: "web" }, STAGES)).toEqual({ ok: true, stages: [{}, {}, {}] });
  });

  it.each([
    {
      rule: "failure-budget",
      text: "1, prod=10%",
      stages: [{ failureBudget: "1" }, { failureBudget: "1" }, { failureBudget: "10%" }],
    },
    {
      rule: "cluster-deadline",
      text: "canary=1h30m",
      stages: [{}, { clusterDeadline: "1h30m" }, {}],
    },
    {
      rule: "failure-action",
      text: " stop ,staging = fail ",
      stages: [{ failureAction: "fail" }, { failureAction: "stop" }, { failureAction: "stop" }],
    },
    {
      rule: "soak",
      text: "staging=Timer,Strict",
      stages: [{ soak: "Timer" }, { soak: "Strict" }, { soak: "Strict" }],
    },
  ])("give each stage its own value or the default: $rule $text", ({ rule, text, stages }) => {
    expect(parse(rule, text)).toEqual({ ok: true, stages });
  });

  it.each([
    { rule: "failure-budget", text: "-1", why: /"-1" is not a number of clusters, or a share/ },
    { rule: "failure-budget", text: "101%", why: /"101%" is not a number/ },
    { rule: "failure-budget", text: "", why: /"" is not a number/ },
    { rule: "failure-budget", text: "1,2", why: /the default is given twice/ },
    { rule: "failure-budget", text: "prod=1,prod=2", why: /prod is given twice/ },
    { rule: "failure-budget", text: "1, production=2", why: /no stage "production"/ },
    { rule: "cluster-deadline", text: "10", why: /"10" is not a duration such as/ },
    { rule: "cluster-deadline", text: "0s", why: /"0s" is not a duration such as/ },
    { rule: "failure-action", text: "abort", why: /"abort" is not stop or fail/ },
    { rule: "soak", text: "strict", why: /"strict" is not Strict or Timer/ },
  ])("are refused when they cannot be understood: $rule $text", ({ rule, text, why }) => {
    expect(parse(rule, text)).toEqual({
      ok: false,
      problems: [
        { annotation: `stagecoach.dev/${rule}`, value: text, message: expect.stringMatching(why) },
      ],
    });
  });
});

describe("a failure budget", () => {
  it.each([
    { failureBudget: undefined, clusters: 5, limit: 0 },
    { failureBudget: "2", clusters: 5, limit: 2 },
    { failureBudget: "9", clusters: 5, limit: 9 },
    { failureBudget: "50%", clusters: 5, limit: 2 },
    { failureBudget: "10%", clusters: 9, limit: 0 },
    { failureBudget: "100%", clusters: 5, limit: 5 },
  ])("of $failureBudget lets $limit of $clusters clusters fail", ({ failureBudget, ...rest }) => {
    expect(failureLimit({ failureBudget }, rest.clusters)).toBe(rest.limit);
  });
});

describe("the rules of a stage", () => {
  it.each([
    { rules: {}, counts: false },
    { rules: { soak: "Timer" } as const, counts: false },
    { rules: { failureBudget: "0" }, counts: true },
    { rules: { clusterDeadline: "10m" }, counts: true },
    { rules: { failureAction: "fail" } as const, counts: true },
  ])("count failures when one of them is about failures: $rules", ({ rules, counts }) => {
    expect(countsFailures(rules)).toBe(counts);
  });

  it("give a cluster time from its start, or for ever", () => {
    const start = "2026-01-01T10:00:00.000Z";
    expect(clusterDeadline({ clusterDeadline: "1m30s" }, start)).toBe(
      Date.parse("2026-01-01T10:01:30.000Z"),
    );
    expect(clusterDeadline({}, start)).toBeUndefined();
  });
});
