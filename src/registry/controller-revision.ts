import { type KubeObject, parseApiVersion } from "../api/meta.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";
import type { BuiltinKind } from "./builtin-kind.js";
import { immutableCauses } from "./causes.js";
import { ageColumn, column } from "./columns.js";
import { numberAt } from "./fields.js";
import { countCauses } from "./pod-rules.js";

export const controllerRevision: BuiltinKind = {
  group: "apps",
  versions: ["v1"],
  kind: "ControllerRevision",
  plural: "controllerrevisions",
  singular: "controllerrevision",
  namespaced: true,
  columns: [
    column("Controller", controllerText),
    column("Revision", (object) => numberAt(object, "revision") ?? 0),
    ageColumn(),
  ],
  validate: validateRevision,
};

function controllerText({ metadata: { ownerReferences = [] } }: KubeObject): string {
  const owner = ownerReferences.find(({ controller }) => controller === true);
  if (!owner) return "<none>";
  const { group } = parseApiVersion(owner.apiVersion);
  return `${owner.kind.toLowerCase()}${group && `.${group}`}/${owner.name}`;
}

/** Source: Kubernetes `validation.ValidateControllerRevisionCreate` and `Update`. */
function validateRevision(object: KubeObject, before?: KubeObject): readonly StatusCause[] {
  return [
    ...countCauses("", object, ["revision"]),
    ...(object.data === undefined ? [fieldCause.required("data", "data is mandatory")] : []),
    ...(before ? immutableCauses("data", object.data, before.data) : []),
  ];
}
