import type { KubeObject } from "../api/meta.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";
import { ACCESS_MODES, accessModesText } from "./access-modes.js";
import type { BuiltinKind } from "./builtin-kind.js";
import { enumCauses } from "./causes.js";
import { ageColumn, column, pathColumn } from "./columns.js";
import { fillIn } from "./defaults.js";
import { fieldAt, fieldsOf, listAt, sameJson, stringAt } from "./fields.js";

export const persistentVolumeClaim: BuiltinKind = {
  group: "",
  versions: ["v1"],
  kind: "PersistentVolumeClaim",
  plural: "persistentvolumeclaims",
  singular: "persistentvolumeclaim",
  shortNames: ["pvc"],
  namespaced: true,
  subresources: { status: true, scale: false },
  columns: [
    pathColumn("Status", ["status", "phase"]),
    column("Volume", (object) => stringAt(object, "spec", "volumeName") ?? ""),
    column("Capacity", (object) => stringAt(object, "status", "capacity", "storage") ?? ""),
    column("Access Modes", (object) => accessModesText(listAt(object, "status", "accessModes"))),
    column("StorageClass", (object) => stringAt(object, "spec", "storageClassName") ?? ""),
    column(
      "VolumeAttributesClass",
      (object) => stringAt(object, "spec", "volumeAttributesClassName") || "<unset>",
    ),
    ageColumn(),
    pathColumn("VolumeMode", ["spec", "volumeMode"], { priority: 1 }),
  ],
  applyDefaults: (object) => ({
    ...object,
    spec: fillIn(fieldsOf(object.spec), { volumeMode: "Filesystem" }),
  }),
  prepareForCreate: (object) => ({ ...object, status: { phase: "Pending" } }),
  validate: validateClaim,
};

/** Source: Kubernetes `validation.ValidatePersistentVolumeClaimSpec`. */
function validateClaim(object: KubeObject, before?: KubeObject): readonly StatusCause[] {
  const modes = listAt(object, "spec", "accessModes");
  const causes: StatusCause[] = [];
  if (modes.length === 0) {
    causes.push(fieldCause.required("spec.accessModes", "at least 1 access mode is required"));
  }
  for (const [index, mode] of modes.entries()) {
    causes.push(...enumCauses(`spec.accessModes[${index}]`, mode, ACCESS_MODES));
  }
  if (fieldAt(object, "spec", "resources", "requests", "storage") === undefined) {
    causes.push(fieldCause.required("spec.resources[storage]"));
  }
  if (before && !sameJson(fixedPart(object), fixedPart(before))) {
    causes.push(
      fieldCause.forbidden(
        "spec",
        "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims",
      ),
    );
  }
  return causes;
}

/** The binder writes the volume's name; sizes may grow. */
function fixedPart(object: KubeObject): unknown {
  const {
    resources: _size,
    volumeAttributesClassName: _attributes,
    volumeName: _volume,
    storageClassName: _class,
    ...fixed
  } = fieldsOf(object.spec);
  return fixed;
}
