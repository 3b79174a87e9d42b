import type { BuiltinKind } from "./builtin-kind.js";
import { column, labelsText } from "./columns.js";
import { fieldAt } from "./fields.js";
import { withTemplateDefaults } from "./pod-defaults.js";
import { podSpecCauses } from "./pod-rules.js";
import { containerColumns } from "./workload-columns.js";

export const podTemplate: BuiltinKind = {
  group: "",
  versions: ["v1"],
  kind: "PodTemplate",
  plural: "podtemplates",
  singular: "podtemplate",
  namespaced: true,
  generation: true,
  columns: [
    ...containerColumns("template").map((each) => ({ ...each, priority: 0 as const })),
    column("Pod Labels", (object) => labelsText(fieldAt(object, "template", "metadata", "labels"))),
  ],
  applyDefaults: (object) => ({ ...object, ...withTemplateDefaults(object) }),
  validate: (object) => podSpecCauses("template.spec", fieldAt(object, "template", "spec")),
};
