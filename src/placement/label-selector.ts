import type { LabelSelector } from "../api/meta.js";

type Labels = Readonly<Record<string, string>>;
type Requirement = NonNullable<LabelSelector["matchExpressions"]>[number];

/**
 * Whether labels meet every requirement of a selector; the empty selector matches everything. What an absent selector
 * means is up to the caller. Source: apimachinery `labels.Requirement.Matches`.
 */
export function matchesSelector(selector: LabelSelector, labels: Labels = {}): boolean {
  const equal = Object.entries(selector.matchLabels ?? {}).every(
    ([key, value]) => labelValue(labels, key) === value,
  );
  return equal && (selector.matchExpressions ?? []).every((rule) => meets(rule, labels));
}

function meets(rule: Requirement, labels: Labels): boolean {
  const value = labelValue(labels, rule.key);
  const listed = value !== undefined && (rule.values ?? []).includes(value);
  switch (rule.operator) {
    case "In":
      return listed;
    case "NotIn":
      return !listed;
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
  }
}

/** A label may be called `constructor`: what every object inherits is no label. */
function labelValue(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
