import type { KubeObject } from "../api/meta.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";
import type { BuiltinKind } from "./builtin-kind.js";
import { ageColumn, column, pathColumn } from "./columns.js";
import { fillIn } from "./defaults.js";
import { numberAt, stringAt } from "./fields.js";

/** Above it, priorities are the system's own. */
const HIGHEST_USER_PRIORITY = 1_000_000_000;
const SYSTEM_CLASSES = ["system-cluster-critical", "system-node-critical"];

export const priorityClass: BuiltinKind = {
  group: "scheduling.k8s.io",
  versions: ["v1"],
  kind: "PriorityClass",
  plural: "priorityclasses",
  singular: "priorityclass",
  shortNames: ["pc"],
  namespaced: false,
  generation: true,
  columns: [
    column("Value", (object) => numberAt(object, "value") ?? 0, { type: "integer" }),
    column("Global-Default", (object) => object.globalDefault === true, { type: "boolean" }),
    ageColumn(),
    pathColumn("PreemptionPolicy", ["preemptionPolicy"]),
  ],
  applyDefaults: (object) => ({
    ...object,
    ...fillIn(object, { preemptionPolicy: "PreemptLowerPriority" }),
  }),
  validate: validatePriorityClass,
};

/** Source: Kubernetes `validation.ValidatePriorityClass`. */
function validatePriorityClass(object: KubeObject, before?: KubeObject): readonly StatusCause[] {
  const value = numberAt(object, "value") ?? 0;
  const { name } = object.metadata;
  const causes: StatusCause[] = [];
  if (name.startsWith("system-") && !SYSTEM_CLASSES.includes(name)) {
    causes.push(
      fieldCause.forbidden(
        "metadata.name",
        "priority class names with 'system-' prefix are reserved for system use only",
      ),
    );
  }
  if (value > HIGHEST_USER_PRIORITY && !SYSTEM_CLASSES.includes(name)) {
    causes.push(
      fieldCause.forbidden(
        "value",
        `maximum allowed value of a user defined priority is ${HIGHEST_USER_PRIORITY}`,
      ),
    );
  }
  if (before && value !== (numberAt(before, "value") ?? 0)) {
    causes.push(fieldCause.forbidden("value", "may not be changed in an update."));
  }
  if (before && stringAt(object, "preemptionPolicy") !== stringAt(before, "preemptionPolicy")) {
    causes.push(fieldCause.forbidden("preemptionPolicy", "may not be changed in an update."));
  }
  return causes;
}
