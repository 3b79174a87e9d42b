import { fieldCause, type StatusCause } from "../api/status-error.js";
import { ruleCause } from "./causes.js";
import { fieldAt, isEmpty, listAt, sameJson, stringAt } from "./fields.js";
import { propertyCauses } from "./property-rules.js";

const POLICY = "spec.policy";
/** Longest name of a member cluster. */
const MAX_MEMBER_NAME = 63;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Fields that make no sense for a placement type. Source: KubeFleet `PlacementPolicy` rules. */
export function policyCauses(policy: unknown): readonly StatusCause[] {
  if (policy === undefined) return [];
  const type = stringAt(policy, "placementType") ?? "PickAll";
  return [
    ...fieldsCauses(type, policy),
    ...(type === "PickFixed" ? clusterNameCauses(policy) : []),
    ...affinityCauses(type, policy),
    ...tolerationCauses(policy),
  ];
}

function fieldsCauses(type: string, policy: unknown): readonly StatusCause[] {
  const set = (field: string) => !isEmpty(fieldAt(policy, field));
  switch (type) {
    case "PickFixed":
      return set("affinity") ||
        set("numberOfClusters") ||
        set("topologySpreadConstraints") ||
        set("tolerations")
        ? [
            ruleCause(
              POLICY,
              "affinity, numberOfClusters, topologySpreadConstraints, and tolerations cannot be set when placementType is PickFixed",
            ),
          ]
        : [];
    case "PickN":
      return set("clusterNames") || !set("numberOfClusters")
        ? [
            ruleCause(
              POLICY,
              "clusterNames cannot be set and numberOfClusters must be set when placementType is PickN",
            ),
          ]
        : [];
    default:
      return set("clusterNames") || set("numberOfClusters") || set("topologySpreadConstraints")
        ? [
            ruleCause(
              POLICY,
              "clusterNames, numberOfClusters, and topologySpreadConstraints cannot be set when placementType is PickAll",
            ),
          ]
        : [];
  }
}

function clusterNameCauses(policy: unknown): readonly StatusCause[] {
  const names = listAt(policy, "clusterNames").map(String);
  const field = `${POLICY}.clusterNames`;
  const causes = names.flatMap((name, index) => {
    if (name.length > MAX_MEMBER_NAME) {
      return [
        ruleCause(
          `${field}[${index}]`,
          `PickFixed cluster name ${name} cannot have length exceeding ${MAX_MEMBER_NAME}`,
        ),
      ];
    }
    if (SUBDOMAIN.test(name)) return [];
    return [
      ruleCause(
        `${field}[${index}]`,
        `PickFixed cluster name ${name} is not a valid member name: a lowercase RFC 1123 subdomain is needed`,
      ),
    ];
  });
  if (new Set(names).size < names.length) {
    causes.push(ruleCause(field, "cluster names must be unique for policy type PickFixed"));
  }
  return causes;
}

function affinityCauses(type: string, policy: unknown): readonly StatusCause[] {
  const affinity = fieldAt(policy, "affinity", "clusterAffinity");
  const field = `${POLICY}.affinity.clusterAffinity`;
  const required = listAt(
    affinity,
    "requiredDuringSchedulingIgnoredDuringExecution",
    "clusterSelectorTerms",
  );
  const preferred = listAt(affinity, "preferredDuringSchedulingIgnoredDuringExecution");
  const causes: StatusCause[] = [];
  if (type === "PickAll" && preferred.length > 0) {
    causes.push(
      ruleCause(
        field,
        `PreferredDuringSchedulingIgnoredDuringExecution will be ignored for placement policy type ${type}`,
      ),
    );
  }
  if (required.some((term) => fieldAt(term, "propertySorter") !== undefined)) {
    causes.push(
      ruleCause(
        field,
        "PropertySorter is not allowed for RequiredDuringSchedulingIgnoredDuringExecution affinity",
      ),
    );
  }
  if (preferred.some((term) => fieldAt(term, "preference", "propertySelector") !== undefined)) {
    causes.push(
      ruleCause(
        field,
        "PropertySelector is not allowed for PreferredDuringSchedulingIgnoredDuringExecution affinity",
      ),
    );
  }
  return [
    ...causes,
    ...required.flatMap((term, index) =>
      propertyCauses(
        `${field}.requiredDuringSchedulingIgnoredDuringExecution.clusterSelectorTerms[${index}]`,
        term,
      ),
    ),
    ...preferred.flatMap((each, index) =>
      propertyCauses(
        `${field}.preferredDuringSchedulingIgnoredDuringExecution[${index}].preference`,
        fieldAt(each, "preference"),
      ),
    ),
  ];
}

function tolerationCauses(policy: unknown): readonly StatusCause[] {
  const tolerations = listAt(policy, "tolerations");
  return tolerations.flatMap((toleration, index) => {
    const field = `${POLICY}.tolerations[${index}]`;
    const exists = stringAt(toleration, "operator") === "Exists";
    if (exists && stringAt(toleration, "value")) {
      return [ruleCause(field, "value must be empty when operator is Exists")];
    }
    if (!exists && !stringAt(toleration, "key")) {
      return [ruleCause(field, "operator must be Exists when key is empty")];
    }
    const first = tolerations.findIndex((other) => sameJson(other, toleration));
    return first < index ? [fieldCause.duplicate(field, toleration)] : [];
  });
}

/** What may not change once it is set. Source: KubeFleet `PlacementSpec` rules and placement webhook. */
export function policyUpdateCauses(policy: unknown, before: unknown): readonly StatusCause[] {
  if (before === undefined) return [];
  if (policy === undefined) return [ruleCause("spec", "policy cannot be removed once set")];
  const typeOf = (value: unknown) => stringAt(value, "placementType") ?? "PickAll";
  const kept = listAt(before, "tolerations").every((old) =>
    listAt(policy, "tolerations").some((toleration) => sameJson(toleration, old)),
  );
  return [
    ...(typeOf(policy) === typeOf(before)
      ? []
      : [ruleCause(`${POLICY}.placementType`, "placement type is immutable")]),
    ...(kept
      ? []
      : [
          ruleCause(
            `${POLICY}.tolerations`,
            "tolerations have been updated/deleted, only additions to tolerations are allowed",
          ),
        ]),
  ];
}
