import type { BuiltinKind } from "./builtin-kind.js";
import { enumCauses, immutableCauses } from "./causes.js";
import { ageColumn, column } from "./columns.js";
import { fillIn } from "./defaults.js";
import { fieldAt, fieldsOf, isEmpty, listAt, stringAt, stringsIn } from "./fields.js";

const GROUP_POLICIES = ["File", "None", "ReadWriteOnceWithFSType"];
const LIFECYCLE_MODES = ["Persistent", "Ephemeral"];

export const csiDriver: BuiltinKind = {
  group: "storage.k8s.io",
  versions: ["v1"],
  kind: "CSIDriver",
  plural: "csidrivers",
  singular: "csidriver",
  namespaced: false,
  columns: [
    flagColumn("AttachRequired", "attachRequired"),
    flagColumn("PodInfoOnMount", "podInfoOnMount"),
    flagColumn("StorageCapacity", "storageCapacity"),
    column("TokenRequests", ({ spec }) => {
      const requests = listAt(spec, "tokenRequests");
      const audiences = requests.map((request) => stringAt(request, "audience") ?? "");
      return requests.length === 0 ? "<unset>" : audiences.join(",");
    }),
    flagColumn("RequiresRepublish", "requiresRepublish"),
    column("Modes", ({ spec }) => stringsIn(spec, "volumeLifecycleModes").join(",") || "<none>"),
    ageColumn(),
  ],
  applyDefaults: (object) => ({ ...object, spec: withDriverDefaults(object.spec) }),
  // Source: Kubernetes `validation.validateCSIDriverSpec` and `ValidateCSIDriverUpdate`.
  validate: ({ spec }, before) => [
    ...enumCauses("spec.fsGroupPolicy", fieldAt(spec, "fsGroupPolicy"), GROUP_POLICIES),
    ...listAt(spec, "volumeLifecycleModes").flatMap((mode) =>
      enumCauses("spec.volumeLifecycleModes", mode, LIFECYCLE_MODES),
    ),
    ...(before
      ? ["attachRequired", "volumeLifecycleModes"].flatMap((field) =>
          // A real server misspells the first one.
          immutableCauses(
            `spec.${field.replace("attachR", "attachedR")}`,
            fieldAt(spec, field),
            fieldAt(before.spec, field),
          ),
        )
      : []),
  ],
};

function flagColumn(name: string, field: string) {
  return column(name, ({ spec }) => fieldAt(spec, field) === true, { type: "boolean" });
}

/** Source: Kubernetes `SetDefaults_CSIDriver`. */
function withDriverDefaults(spec: unknown) {
  const given = fieldsOf(spec);
  return {
    ...fillIn(given, {
      attachRequired: true,
      podInfoOnMount: false,
      storageCapacity: false,
      fsGroupPolicy: "ReadWriteOnceWithFSType",
      requiresRepublish: false,
      seLinuxMount: false,
    }),
    ...(isEmpty(given.volumeLifecycleModes) && { volumeLifecycleModes: ["Persistent"] }),
  };
}
