import { describe, expect, it } from "vitest";
import { printedApprovalName } from "./approval-names.js";
import type { Step } from "./document.js";
import { expectAsShown } from "./expect-as-shown.js";

const shown = (kind: Step["kind"], text: string): Step => ({
  kind,
  text,
  line: 1,
  scope: "cluster",
});
const compare = (printed: string, step: Step) => () =>
  expectAsShown(printed, step, { wait: undefined });

const TABLE = `NAME   GEN   SUCCEEDED   AGE
a      1     True        5m
b      2                 4s
`;

const OBJECT = `
conditions:
- {type: Started, status: "True", reason: ClusterUpdatingStarted}
- {type: Succeeded, status: "False", reason: StageTaskApprovalRequestCreated}
clusters:
- {clusterName: member3}
- {clusterName: member1}
`;

describe("comparing what is printed with what a document shows", () => {
  it.each([
    ["example-run-canary", "example-run-after-canary"],
    ["example-run-canary-before", "example-run-before-canary"],
    ["example-run-2-canary-after", "example-run-2-after-canary"],
    ["web-app-prod-clusters", "web-app-after-prod-clusters"],
    ["example-run-before-canary", "example-run-before-canary"],
  ])("knows the approval request %s as %s", (documented, printed) => {
    expect(printedApprovalName(documented)).toBe(printed);
  });

  it.each([
    "NAME GEN AGE\na 1 99s",
    "NAME GEN SUCCEEDED AGE\nb 2 1s\na 1 True 1s",
    "NAME AGE LABELS\na 1s env=x",
  ])("finds %j in a table", (text) => {
    expect(compare(TABLE, shown("table", text))).not.toThrow();
  });

  it.each([
    "NAME GEN SUCCEEDED AGE\nb 2 True 1s",
    "NAME GEN AGE\nc 1 1s",
    "NAME SIZE AGE\na 1 1s",
    "GEN NAME AGE\n1 a 1s",
  ])("misses %j in a table", (text) => {
    expect(compare(TABLE, shown("table", text))).toThrow();
  });

  it.each([
    [
      "a condition among others",
      'conditions:\n- type: Started\n  status: "True"\n  message: other',
    ],
    [
      "an older reason",
      "conditions:\n- type: Succeeded\n  reason: AfterStageTaskApprovalRequestCreated",
    ],
    ["clusters in order", "clusters:\n- clusterName: member3\n- clusterName: member1"],
  ])("finds %s in an object", (_what, text) => {
    expect(compare(OBJECT, shown("object", text))).not.toThrow();
  });

  it.each([
    ["another status", 'conditions:\n- type: Started\n  status: "False"'],
    ["a condition that is missing", "conditions:\n- type: Progressing"],
    ["clusters in another order", "clusters:\n- clusterName: member1\n- clusterName: member3"],
    ["a field that is missing", "stageName: canary"],
  ])("misses %s in an object", (_what, text) => {
    expect(compare(OBJECT, shown("object", text))).toThrow();
  });
});
