import type { KubeObject } from "../api/meta.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";
import type { BuiltinKind } from "./builtin-kind.js";
import { enumCauses, immutableCauses, requiredCauses } from "./causes.js";
import { ageColumn, column, pathColumn } from "./columns.js";
import { fillIn, within } from "./defaults.js";
import { fieldAt, fieldsOf, stringAt } from "./fields.js";

export const ingressClass: BuiltinKind = {
  group: "networking.k8s.io",
  versions: ["v1"],
  kind: "IngressClass",
  plural: "ingressclasses",
  singular: "ingressclass",
  namespaced: false,
  generation: true,
  columns: [
    pathColumn("Controller", ["spec", "controller"]),
    column("Parameters", parametersText),
    ageColumn(),
  ],
  applyDefaults: (object) => ({
    ...object,
    spec: within(fieldsOf(object.spec), "parameters", (parameters) =>
      fillIn(parameters, { scope: "Cluster" }),
    ),
  }),
  validate: validateIngressClass,
};

function parametersText(object: KubeObject): string {
  const parameters = fieldAt(object, "spec", "parameters");
  if (parameters === undefined) return "<none>";
  const group = stringAt(parameters, "apiGroup");
  const kind = stringAt(parameters, "kind") ?? "";
  return `${group ? `${kind}.${group}` : kind}/${stringAt(parameters, "name") ?? ""}`;
}

/** Source: Kubernetes `validation.ValidateIngressClass` and `ValidateIngressClassUpdate`. */
function validateIngressClass({ spec }: KubeObject, before?: KubeObject): readonly StatusCause[] {
  const controller = fieldAt(spec, "controller");
  const parameters = fieldAt(spec, "parameters");
  return [
    ...requiredCauses("spec.controller", controller),
    ...(parameters === undefined ? [] : parametersCauses(parameters)),
    ...(before
      ? immutableCauses("spec.controller", controller, fieldAt(before, "spec", "controller"))
      : []),
  ];
}

function parametersCauses(parameters: unknown): readonly StatusCause[] {
  const field = "spec.parameters";
  const scope = stringAt(parameters, "scope");
  const namespace = fieldAt(parameters, "namespace");
  return [
    ...requiredCauses(`${field}.kind`, fieldAt(parameters, "kind")),
    ...requiredCauses(`${field}.name`, fieldAt(parameters, "name")),
    ...enumCauses(`${field}.scope`, scope, ["Cluster", "Namespace"]),
    ...(scope === "Namespace" && namespace === undefined
      ? [fieldCause.required(`${field}.namespace`, "`parameters.scope` is set to 'Namespace'")]
      : []),
    ...(scope === "Cluster" && namespace !== undefined
      ? [fieldCause.forbidden(`${field}.namespace`, "`parameters.scope` is set to 'Cluster'")]
      : []),
  ];
}
