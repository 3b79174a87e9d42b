import type { KubeObject } from "../api/meta.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";
import type { BuiltinKind } from "./builtin-kind.js";
import { enumCauses, requiredCauses } from "./causes.js";
import { ageColumn, column, pathColumn, selectorText } from "./columns.js";
import { fillIn, within, withinEach } from "./defaults.js";
import { type Fields, fieldAt, fieldsOf, isEmpty, listAt, stringAt } from "./fields.js";

const GROUP = "admissionregistration.k8s.io";
const ACTIONS = ["Audit", "Deny", "Warn"];

/** Stored and placed; its expressions are checked by the members that run them. */
export const validatingAdmissionPolicy: BuiltinKind = {
  group: GROUP,
  versions: ["v1"],
  kind: "ValidatingAdmissionPolicy",
  plural: "validatingadmissionpolicies",
  singular: "validatingadmissionpolicy",
  categories: ["api-extensions"],
  namespaced: false,
  subresources: { status: true, scale: false },
  generation: true,
  columns: [
    column("Validations", ({ spec }) => listAt(spec, "validations").length, { type: "integer" }),
    column("ParamKind", paramKindText),
    ageColumn(),
  ],
  applyDefaults: (object) => ({
    ...object,
    spec: withMatchDefaults(
      fillIn(fieldsOf(object.spec), { failurePolicy: "Fail" }),
      "matchConstraints",
    ),
  }),
  validate: validatePolicy,
};

export const validatingAdmissionPolicyBinding: BuiltinKind = {
  group: GROUP,
  versions: ["v1"],
  kind: "ValidatingAdmissionPolicyBinding",
  plural: "validatingadmissionpolicybindings",
  singular: "validatingadmissionpolicybinding",
  categories: ["api-extensions"],
  namespaced: false,
  generation: true,
  columns: [
    pathColumn("PolicyName", ["spec", "policyName"]),
    column("ParamRef", paramRefText),
    ageColumn(),
  ],
  applyDefaults: (object) => ({
    ...object,
    spec: withMatchDefaults(fieldsOf(object.spec), "matchResources"),
  }),
  validate: validateBinding,
};

/** Source: Kubernetes `SetDefaults_MatchResources` and `SetDefaults_Rule`. */
function withMatchDefaults(spec: Fields, field: string): Fields {
  return within(spec, field, (match) =>
    ["resourceRules", "excludeResourceRules"].reduce(
      (fields, list) => withinEach(fields, list, (rule) => fillIn(rule, { scope: "*" })),
      fillIn(match, { matchPolicy: "Equivalent", namespaceSelector: {}, objectSelector: {} }),
    ),
  );
}

function paramKindText({ spec }: KubeObject): string {
  const param = fieldAt(spec, "paramKind");
  if (param === undefined) return "<unset>";
  return `${stringAt(param, "apiVersion") ?? ""}/${stringAt(param, "kind") ?? ""}`;
}

function paramRefText({ spec }: KubeObject): string {
  const name = stringAt(spec, "paramRef", "name");
  if (name) return `${stringAt(spec, "paramRef", "namespace") || "*"}/${name}`;
  const selector = fieldAt(spec, "paramRef", "selector");
  return selector === undefined ? "<unset>" : selectorText(selector);
}

/** Source: Kubernetes `validation.validateValidatingAdmissionPolicySpec`. */
function validatePolicy({ spec }: KubeObject): readonly StatusCause[] {
  const constraints = fieldAt(spec, "matchConstraints");
  const lists = ["validations", "auditAnnotations"];
  const saysNothing = lists.every((list) => isEmpty(fieldAt(spec, list)));
  const why = "validations or auditAnnotations must contain at least one item";
  return [
    ...enumCauses("spec.failurePolicy", fieldAt(spec, "failurePolicy"), ["Fail", "Ignore"]),
    ...(constraints === undefined
      ? [fieldCause.required("spec.matchConstraints")]
      : requiredCauses(
          "spec.matchConstraints.resourceRules",
          fieldAt(constraints, "resourceRules"),
        )),
    ...(saysNothing ? lists.map((list) => fieldCause.required(`spec.${list}`, why)) : []),
    ...listAt(spec, "validations").flatMap((validation, index) =>
      requiredCauses(
        `spec.validations[${index}].expression`,
        stringAt(validation, "expression")?.trim(),
        "expression is not specified",
      ),
    ),
  ];
}

/** Source: Kubernetes `validation.validateValidatingAdmissionPolicyBindingSpec`. */
function validateBinding({ spec }: KubeObject): readonly StatusCause[] {
  const actions = listAt(spec, "validationActions");
  return [
    ...requiredCauses("spec.policyName", fieldAt(spec, "policyName")),
    ...actions.flatMap((action, index) =>
      enumCauses(`spec.validationActions[${index}]`, action, ACTIONS),
    ),
    ...(actions.includes("Deny") && actions.includes("Warn")
      ? [
          fieldCause.invalid(
            "spec.validationActions",
            actions,
            "must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)",
          ),
        ]
      : []),
    ...requiredCauses(
      "spec.validationActions",
      actions,
      "at least one validation action is required",
    ),
  ];
}
