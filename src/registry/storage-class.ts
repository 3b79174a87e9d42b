import type { KubeObject } from "../api/meta.js";
import type { StatusCause } from "../api/status-error.js";
import type { BuiltinKind } from "./builtin-kind.js";
import { enumCauses, fixedCauses, immutableCauses, requiredCauses } from "./causes.js";
import { ageColumn, column, pathColumn } from "./columns.js";
import { fillIn } from "./defaults.js";

const DEFAULT_ANNOTATIONS = [
  "storageclass.kubernetes.io/is-default-class",
  "storageclass.beta.kubernetes.io/is-default-class",
];

export const storageClass: BuiltinKind = {
  group: "storage.k8s.io",
  versions: ["v1"],
  kind: "StorageClass",
  plural: "storageclasses",
  singular: "storageclass",
  shortNames: ["sc"],
  namespaced: false,
  nameText: ({ metadata: { name, annotations = {} } }) =>
    DEFAULT_ANNOTATIONS.some((key) => annotations[key] === "true") ? `${name} (default)` : name,
  columns: [
    pathColumn("Provisioner", ["provisioner"]),
    pathColumn("ReclaimPolicy", ["reclaimPolicy"]),
    pathColumn("VolumeBindingMode", ["volumeBindingMode"]),
    column("AllowVolumeExpansion", ({ allowVolumeExpansion }) => allowVolumeExpansion === true),
    ageColumn(),
  ],
  applyDefaults: (object) => ({
    ...object,
    ...fillIn(object, { reclaimPolicy: "Delete", volumeBindingMode: "Immediate" }),
  }),
  validate: validateStorageClass,
};

/** Source: Kubernetes `validation.ValidateStorageClass` and `ValidateStorageClassUpdate`. */
function validateStorageClass(object: KubeObject, before?: KubeObject): readonly StatusCause[] {
  return [
    ...requiredCauses("provisioner", object.provisioner),
    ...enumCauses("reclaimPolicy", object.reclaimPolicy, ["Delete", "Retain"]),
    ...enumCauses("volumeBindingMode", object.volumeBindingMode, [
      "Immediate",
      "WaitForFirstConsumer",
    ]),
    ...(before
      ? [
          ...["parameters", "provisioner", "reclaimPolicy"].flatMap((field) =>
            fixedCauses(field, object[field], before[field]),
          ),
          ...immutableCauses(
            "volumeBindingMode",
            object.volumeBindingMode,
            before.volumeBindingMode,
          ),
        ]
      : []),
  ];
}
