import { fieldCause, type StatusCause } from "../api/status-error.js";
import type { BuiltinKind } from "./builtin-kind.js";
import { column } from "./columns.js";
import { withinEach } from "./defaults.js";
import { type Fields, fieldAt, fieldsOf, isEmpty, listAt, stringAt } from "./fields.js";

const STANDARD_TYPES = ["Container", "PersistentVolumeClaim", "Pod"];

export const limitRange: BuiltinKind = {
  group: "",
  versions: ["v1"],
  kind: "LimitRange",
  plural: "limitranges",
  singular: "limitrange",
  shortNames: ["limits"],
  namespaced: true,
  columns: [column("Created At", ({ metadata }) => metadata.creationTimestamp, { type: "date" })],
  applyDefaults: (object) => ({
    ...object,
    spec: withinEach(fieldsOf(object.spec), "limits", withLimitDefaults),
  }),
  validate: (object) =>
    listAt(object, "spec", "limits").flatMap((limit, index, limits) =>
      limitCauses(`spec.limits[${index}]`, limit, limits.slice(0, index)),
    ),
};

/** A container gets the maximum and asks for as much, or for the minimum. Source: Kubernetes `SetDefaults_LimitRangeItem`. */
function withLimitDefaults(limit: Fields): Fields {
  if (limit.type !== "Container") return limit;
  const most = { ...fieldsOf(limit.max), ...fieldsOf(limit.default) };
  const defaultRequest = {
    ...fieldsOf(limit.min),
    ...most,
    ...fieldsOf(limit.defaultRequest),
  };
  return {
    ...limit,
    ...(Object.keys(most).length > 0 && { default: most }),
    ...(Object.keys(defaultRequest).length > 0 && { defaultRequest }),
  };
}

/** Source: Kubernetes `validation.ValidateLimitRange`; quantities are not compared. */
function limitCauses(
  field: string,
  limit: unknown,
  earlier: readonly unknown[],
): readonly StatusCause[] {
  const type = stringAt(limit, "type") ?? "";
  const causes: StatusCause[] = [];
  if (!STANDARD_TYPES.includes(type) && !type.includes("/")) {
    const why = "must be a standard limit type or fully qualified";
    causes.push(fieldCause.invalid(`${field}.type`, type, why));
  }
  if (earlier.some((other) => stringAt(other, "type") === type)) {
    causes.push(fieldCause.duplicate(`${field}.type`, type));
  }
  if (type === "Pod") {
    for (const name of ["default", "defaultRequest"].filter(
      (key) => !isEmpty(fieldAt(limit, key)),
    )) {
      causes.push(
        fieldCause.forbidden(`${field}.${name}`, "may not be specified when `type` is 'Pod'"),
      );
    }
  }
  if (type === "PersistentVolumeClaim" && !limitsStorage(limit)) {
    const why = "either minimum or maximum storage value is required, but neither was provided";
    causes.push(fieldCause.required(`${field}.limits`, why));
  }
  return causes;
}

function limitsStorage(limit: unknown): boolean {
  return ["min", "max"].some((bound) => fieldAt(limit, bound, "storage") !== undefined);
}
