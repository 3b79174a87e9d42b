import type { BuiltinKind } from "./builtin-kind.js";
import { fixedCauses, requiredCauses } from "./causes.js";
import { ageColumn, pathColumn } from "./columns.js";

export const volumeAttributesClass: BuiltinKind = {
  group: "storage.k8s.io",
  versions: ["v1"],
  kind: "VolumeAttributesClass",
  plural: "volumeattributesclasses",
  singular: "volumeattributesclass",
  shortNames: ["vac"],
  namespaced: false,
  columns: [pathColumn("DriverName", ["driverName"]), ageColumn()],
  // Source: Kubernetes `validation.ValidateVolumeAttributesClass`.
  validate: (object, before) => [
    ...requiredCauses("driverName", object.driverName),
    ...requiredCauses("parameters", object.parameters, "must contain at least one key/value pair"),
    ...(before
      ? ["driverName", "parameters"].flatMap((field) =>
          fixedCauses(field, object[field], before[field]),
        )
      : []),
  ],
};
