import type { KubeObject } from "../api/meta.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";
import { ACCESS_MODES, accessModesText } from "./access-modes.js";
import type { BuiltinKind } from "./builtin-kind.js";
import { enumCauses, requiredCauses } from "./causes.js";
import { ageColumn, column, pathColumn } from "./columns.js";
import { fillIn } from "./defaults.js";
import { fieldAt, fieldsOf, isEmpty, listAt, sameJson, stringAt } from "./fields.js";

const RECLAIM_POLICIES = ["Delete", "Recycle", "Retain"];

/** Fields of the spec that every volume may have; each other one says where the volume comes from. */
const COMMON_FIELDS = new Set([
  "capacity",
  "accessModes",
  "claimRef",
  "persistentVolumeReclaimPolicy",
  "storageClassName",
  "mountOptions",
  "volumeMode",
  "nodeAffinity",
  "volumeAttributesClassName",
]);

export const persistentVolume: BuiltinKind = {
  group: "",
  versions: ["v1"],
  kind: "PersistentVolume",
  plural: "persistentvolumes",
  singular: "persistentvolume",
  shortNames: ["pv"],
  namespaced: false,
  subresources: { status: true, scale: false },
  columns: [
    column("Capacity", (object) => stringAt(object, "spec", "capacity", "storage") ?? "0"),
    column("Access Modes", (object) => accessModesText(listAt(object, "spec", "accessModes"))),
    pathColumn("Reclaim Policy", ["spec", "persistentVolumeReclaimPolicy"]),
    column("Status", ({ metadata, status }) =>
      metadata.deletionTimestamp ? "Terminating" : (stringAt(status, "phase") ?? ""),
    ),
    column("Claim", claimText),
    column("StorageClass", (object) => stringAt(object, "spec", "storageClassName") ?? ""),
    column(
      "VolumeAttributesClass",
      (object) => stringAt(object, "spec", "volumeAttributesClassName") ?? "<unset>",
    ),
    column("Reason", (object) => stringAt(object, "status", "reason") ?? ""),
    ageColumn(),
    pathColumn("VolumeMode", ["spec", "volumeMode"], { priority: 1 }),
  ],
  applyDefaults: (object) => ({
    ...object,
    spec: fillIn(fieldsOf(object.spec), {
      persistentVolumeReclaimPolicy: "Retain",
      volumeMode: "Filesystem",
    }),
  }),
  prepareForCreate: (object) => ({ ...object, status: { phase: "Pending" } }),
  validate: validateVolume,
};

function claimText(object: KubeObject): string {
  const claim = fieldAt(object, "spec", "claimRef");
  if (claim === undefined) return "";
  return `${stringAt(claim, "namespace") ?? ""}/${stringAt(claim, "name") ?? ""}`;
}

/** Source: Kubernetes `validation.ValidatePersistentVolumeSpec`; what a kind of volume needs of its own is left to the member. */
function validateVolume(object: KubeObject, before?: KubeObject): readonly StatusCause[] {
  const capacity = fieldAt(object, "spec", "capacity");
  const modes = listAt(object, "spec", "accessModes");
  const names = Object.keys(fieldsOf(capacity));
  const isStorageAlone = names.length === 1 && names[0] === "storage";
  return [
    ...requiredCauses("spec.accessModes", modes),
    ...modes.flatMap((mode) => enumCauses("spec.accessModes", mode, ACCESS_MODES)),
    ...requiredCauses("spec.capacity", capacity),
    ...(isStorageAlone ? [] : [fieldCause.notSupported("spec.capacity", capacity, ["storage"])]),
    ...enumCauses(
      "spec.persistentVolumeReclaimPolicy",
      fieldAt(object, "spec", "persistentVolumeReclaimPolicy"),
      RECLAIM_POLICIES,
    ),
    ...sourceCauses(object, before),
  ];
}

function sourceCauses(object: KubeObject, before?: KubeObject): readonly StatusCause[] {
  const [first, ...others] = sources(object);
  if (!first) return [fieldCause.required("spec", "must specify a volume type")];
  if (before && !sameJson(sources(object), sources(before))) {
    const why = "spec.persistentvolumesource is immutable after creation";
    return [fieldCause.forbidden("spec.persistentvolumesource", why)];
  }
  return others.map(([name]) =>
    fieldCause.forbidden(`spec.${name}`, "may not specify more than 1 volume type"),
  );
}

function sources(object: KubeObject): readonly (readonly [string, unknown])[] {
  return Object.entries(fieldsOf(object.spec)).filter(
    ([name, value]) => !COMMON_FIELDS.has(name) && !isEmpty(value),
  );
}
