import type { BuiltinKind } from "./builtin-kind.js";
import { immutableCauses } from "./causes.js";
import { ageColumn } from "./columns.js";
import { fillIn } from "./defaults.js";
import { withStatus } from "./empty-structs.js";
import { fieldAt, fieldsOf } from "./fields.js";
import { withTemplateDefaults } from "./pod-defaults.js";
import { countCauses, podSpecCauses, selectorCauses } from "./pod-rules.js";
import { containerColumns, countColumn, selectorColumn } from "./workload-columns.js";

export const replicaSet: BuiltinKind = {
  group: "apps",
  versions: ["v1"],
  kind: "ReplicaSet",
  plural: "replicasets",
  singular: "replicaset",
  shortNames: ["rs"],
  categories: ["all"],
  namespaced: true,
  subresources: { status: true, scale: true },
  generation: true,
  columns: [
    countColumn("Desired", "spec", "replicas"),
    countColumn("Current", "status", "replicas"),
    countColumn("Ready", "status", "readyReplicas"),
    ageColumn(),
    ...containerColumns("spec", "template"),
    selectorColumn("spec", "selector"),
  ],
  asWritten: withStatus({ replicas: 0 }),
  applyDefaults: (object) => ({
    ...object,
    spec: withTemplateDefaults(fillIn(fieldsOf(object.spec), { replicas: 1 })),
  }),
  validate: (object, before) => [
    ...selectorCauses("replicaset", object.spec),
    ...countCauses("spec", object.spec, ["replicas", "minReadySeconds"]),
    ...podSpecCauses("spec.template.spec", fieldAt(object, "spec", "template", "spec")),
    ...(before
      ? immutableCauses(
          "spec.selector",
          fieldAt(object, "spec", "selector"),
          fieldAt(before, "spec", "selector"),
        )
      : []),
  ],
};
