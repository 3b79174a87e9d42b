import { describe, expect, it } from "vitest";
import type { LabelSelector } from "../../src/api/meta.js";
import { matchesSelector } from "../../src/placement/label-selector.js";

const labels = { environment: "canary", order: "2" };

function rule(
  key: string,
  operator: "In" | "NotIn" | "Exists" | "DoesNotExist",
  ...values: string[]
): LabelSelector {
  return { matchExpressions: [{ key, operator, ...(values.length > 0 && { values }) }] };
}

describe("matchesSelector", () => {
  it.each([
    { behaviour: "matches everything when empty", selector: {}, matches: true },
    {
      behaviour: "matches equal labels",
      selector: { matchLabels: { environment: "canary" } },
      matches: true,
    },
    {
      behaviour: "does not match another value",
      selector: { matchLabels: { environment: "staging" } },
      matches: false,
    },
    {
      behaviour: "does not match an absent label",
      selector: { matchLabels: { region: "" } },
      matches: false,
    },
    {
      behaviour: "matches In with one of the values",
      selector: rule("environment", "In", "staging", "canary"),
      matches: true,
    },
    {
      behaviour: "does not match In when the label is absent",
      selector: rule("region", "In", "eu"),
      matches: false,
    },
    {
      behaviour: "does not match NotIn with one of the values",
      selector: rule("environment", "NotIn", "canary"),
      matches: false,
    },
    {
      behaviour: "matches NotIn when the label is absent",
      selector: rule("region", "NotIn", "eu"),
      matches: true,
    },
    { behaviour: "matches Exists by key", selector: rule("order", "Exists"), matches: true },
    {
      behaviour: "does not take an inherited property for a label",
      selector: rule("constructor", "Exists"),
      matches: false,
    },
    {
      behaviour: "matches DoesNotExist when the label is absent",
      selector: rule("region", "DoesNotExist"),
      matches: true,
    },
    {
      behaviour: "wants labels and expressions alike",
      selector: { matchLabels: { order: "2" }, ...rule("environment", "NotIn", "canary") },
      matches: false,
    },
  ])("$behaviour", ({ selector, matches }) => {
    expect(matchesSelector(selector, labels)).toBe(matches);
  });
});
