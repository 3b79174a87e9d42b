import { isPointer } from "../api/json-patch.js";
import type { KubeObject } from "../api/meta.js";
import { PLACEMENT_GROUP } from "../api/names.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";
import type { ObjectStore } from "../storage/object-store.js";
import { ruleCause } from "./causes.js";
import { fieldAt, isEmpty, listAt, sameJson, stringAt } from "./fields.js";
import type { Scope } from "./scope.js";
import { RESOURCE_OVERRIDE } from "./twins.js";

/** Where each scope lists what it selects. */
const SELECTORS: Readonly<Record<Scope, string>> = {
  Cluster: "clusterResourceSelectors",
  Namespaced: "resourceSelectors",
};

/**
 * What an override's schema cannot say. Texts are KubeFleet's own where it has the rule.
 * Source: KubeFleet `apis/placement/v1beta1/override_types.go` (rules).
 */
export function overrideCauses(
  scope: Scope,
  override: KubeObject,
  before: KubeObject | undefined,
): readonly StatusCause[] {
  return [
    ...placementCauses(scope, override, before),
    ...selectorCauses(scope, override),
    ...listAt(override, "spec", "policy", "overrideRules").flatMap((rule, index) =>
      ruleCauses(`spec.policy.overrideRules[${index}]`, rule),
    ),
  ];
}

function placementCauses(
  scope: Scope,
  override: KubeObject,
  before: KubeObject | undefined,
): readonly StatusCause[] {
  const placement = fieldAt(override, "spec", "placement");
  const causes: StatusCause[] = [];
  if (before && !sameJson(placement, fieldAt(before, "spec", "placement"))) {
    causes.push(ruleCause("spec", "The placement field is immutable"));
  }
  if (scope === "Cluster" && stringAt(placement, "scope") === "Namespaced") {
    const text = "clusterResourceOverride placement reference cannot be Namespaced scope";
    causes.push(ruleCause("spec.placement.scope", text));
  }
  return causes;
}

function selectorCauses(scope: Scope, override: KubeObject): readonly StatusCause[] {
  const list = SELECTORS[scope];
  const selectors = listAt(override, "spec", list);
  return selectors.flatMap((selector, index) => {
    const field = `spec.${list}[${index}]`;
    const what = "for ClusterResourceOverride resource selection";
    if (fieldAt(selector, "labelSelector") !== undefined) {
      return [ruleCause(field, `labelSelector is not supported ${what}`)];
    }
    if (!stringAt(selector, "name")) {
      return scope === "Cluster"
        ? [ruleCause(field, `resource name is required ${what}`)]
        : [fieldCause.required(`${field}.name`)];
    }
    const repeated = selectors.slice(0, index).some((other) => sameJson(other, selector));
    return repeated ? [ruleCause(field, `${list} must be unique`)] : [];
  });
}

function ruleCauses(field: string, rule: unknown): readonly StatusCause[] {
  const patches = listAt(rule, "jsonPatchOverrides");
  const causes: StatusCause[] = [];
  if (stringAt(rule, "overrideType") === "Delete") {
    if (patches.length > 0) {
      causes.push(ruleCause(field, "jsonPatchOverrides must be empty when overrideType is Delete"));
    }
  } else if (patches.length === 0) {
    causes.push(
      ruleCause(field, "jsonPatchOverrides must not be empty when overrideType is JSONPatch"),
    );
  }
  return [
    ...causes,
    ...clusterSelectorCauses(`${field}.clusterSelector`, fieldAt(rule, "clusterSelector")),
    ...patches.flatMap((patch, index) =>
      patchCauses(`${field}.jsonPatchOverrides[${index}]`, patch),
    ),
  ];
}

function clusterSelectorCauses(field: string, selector: unknown): readonly StatusCause[] {
  return listAt(selector, "clusterSelectorTerms").flatMap((term, index) => {
    const at = `${field}.clusterSelectorTerms[${index}]`;
    if (!isAbsent(term, "propertySelector") || !isAbsent(term, "propertySorter")) {
      return [ruleCause(at, "only labelSelector is supported in override clusterSelector")];
    }
    return isAbsent(term, "labelSelector")
      ? [ruleCause(at, "labelSelector is required in override clusterSelector terms")]
      : [];
  });
}

function isAbsent(object: unknown, key: string): boolean {
  const value = fieldAt(object, key);
  return value === undefined || value === null;
}

function patchCauses(field: string, patch: unknown): readonly StatusCause[] {
  const op = stringAt(patch, "op");
  const path = stringAt(patch, "path") ?? "";
  const causes = pathProblems(path).map((text) => ruleCause(`${field}.path`, text));
  if (op === "remove" && !isAbsent(patch, "value")) {
    return [...causes, ruleCause(field, "remove operation cannot have a value")];
  }
  if (op !== "remove" && isAbsent(patch, "value")) {
    return [...causes, fieldCause.required(`${field}.value`, `${op} needs a value`)];
  }
  return causes;
}

function pathProblems(path: string): readonly string[] {
  const within = (field: string) => path === field || path.startsWith(`${field}/`);
  const problems: string[] = [];
  if (within("/kind")) problems.push("cannot override typeMeta field kind");
  if (within("/apiVersion")) problems.push("cannot override typeMeta field apiVersion");
  if (within("/status")) problems.push("cannot override status fields");
  const isOpen = within("/metadata/annotations") || within("/metadata/labels");
  if (within("/metadata") && !isOpen) {
    problems.push("cannot override metadata fields except annotations and labels");
  }
  if (path.includes("//")) problems.push("path cannot contain empty segments");
  if (path.endsWith("/")) problems.push("path cannot have a trailing slash");
  if (!isPointer(path)) problems.push("path must be a JSON pointer (RFC 6901)");
  return problems;
}

/**
 * An object that another override of the same kind selects already: the outcome would depend on their names.
 * Source: KubeFleet `validator/clusterresourceoverride.go`.
 */
export async function selectedTwiceCauses(
  scope: Scope,
  override: KubeObject,
  store: ObjectStore,
): Promise<readonly StatusCause[]> {
  const { name, namespace } = override.metadata;
  const list = SELECTORS[scope];
  const { items } = await store.list({
    group: PLACEMENT_GROUP,
    resource: RESOURCE_OVERRIDE[scope].plural,
    ...(namespace !== undefined && { namespace }),
  });
  const others = items.filter(
    ({ metadata }) => metadata.name !== name && !metadata.deletionTimestamp,
  );
  return listAt(override, "spec", list).flatMap((selector, index) => {
    const other = others.find((each) =>
      listAt(each, "spec", list).some((known) => sameObject(known, selector)),
    );
    if (!other) return [];
    const why = `the resource has been selected by both ${name} and ${other.metadata.name}, which is not supported`;
    return [ruleCause(`spec.${list}[${index}]`, `invalid resource selector: ${why}`)];
  });
}

function sameObject(a: unknown, b: unknown): boolean {
  return ["group", "version", "kind", "name"].every((key) => {
    const [left, right] = [fieldAt(a, key), fieldAt(b, key)];
    return left === right || (isEmpty(left) && isEmpty(right));
  });
}
