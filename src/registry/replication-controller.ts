import type { KubeObject } from "../api/meta.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";
import type { BuiltinKind } from "./builtin-kind.js";
import { requiredCauses } from "./causes.js";
import { ageColumn, labelsText, wideColumn } from "./columns.js";
import { fillIn } from "./defaults.js";
import { withStatus } from "./empty-structs.js";
import { fieldAt, fieldsOf, isEmpty, stringsAt } from "./fields.js";
import { withTemplateDefaults } from "./pod-defaults.js";
import { countCauses, podSpecCauses } from "./pod-rules.js";
import { containerColumns, countColumn } from "./workload-columns.js";

export const replicationController: BuiltinKind = {
  group: "",
  versions: ["v1"],
  kind: "ReplicationController",
  plural: "replicationcontrollers",
  singular: "replicationcontroller",
  shortNames: ["rc"],
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
    wideColumn("Selector", (object) => labelsText(fieldAt(object, "spec", "selector"))),
  ],
  asWritten: withStatus({ replicas: 0 }),
  applyDefaults: withControllerDefaults,
  validate: validateController,
};

/** The template's labels select the pods and name the controller. Source: Kubernetes `SetDefaults_ReplicationController`. */
function withControllerDefaults(object: KubeObject): KubeObject {
  const spec = withTemplateDefaults(fillIn(fieldsOf(object.spec), { replicas: 1 }));
  const labels = stringsAt(spec, "template", "metadata", "labels");
  if (isEmpty(labels)) return { ...object, spec };
  const metadata = isEmpty(object.metadata.labels)
    ? { ...object.metadata, labels }
    : object.metadata;
  return {
    ...object,
    metadata,
    spec: { ...spec, ...(isEmpty(spec.selector) && { selector: labels }) },
  };
}

/** Source: Kubernetes `validation.ValidateReplicationControllerSpec`. */
function validateController(object: KubeObject): readonly StatusCause[] {
  const template = fieldAt(object, "spec", "template");
  return [
    ...countCauses("spec", object.spec, ["replicas", "minReadySeconds"]),
    ...requiredCauses("spec.selector", fieldAt(object, "spec", "selector")),
    ...(template === undefined
      ? [fieldCause.required("spec.template")]
      : [
          ...labelCauses(object),
          ...podSpecCauses("spec.template.spec", fieldAt(template, "spec")),
        ]),
  ];
}

function labelCauses(object: KubeObject): readonly StatusCause[] {
  const labels = stringsAt(object, "spec", "template", "metadata", "labels");
  const selector = Object.entries(stringsAt(object, "spec", "selector"));
  if (selector.every(([key, value]) => labels[key] === value)) return [];
  const field = "spec.template.metadata.labels";
  return [fieldCause.invalid(field, labels, "`selector` does not match template `labels`")];
}
