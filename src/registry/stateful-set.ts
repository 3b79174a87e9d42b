import type { KubeObject } from "../api/meta.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";
import type { BuiltinKind } from "./builtin-kind.js";
import { ageColumn, column } from "./columns.js";
import { chain, fillIn, within, withinEach } from "./defaults.js";
import { withStatus } from "./empty-structs.js";
import { type Fields, fieldAt, fieldsOf, sameJson } from "./fields.js";
import { withTemplateDefaults } from "./pod-defaults.js";
import { countCauses, podSpecCauses, selectorCauses } from "./pod-rules.js";
import { containerColumns, count } from "./workload-columns.js";

export const statefulSet: BuiltinKind = {
  group: "apps",
  versions: ["v1"],
  kind: "StatefulSet",
  plural: "statefulsets",
  singular: "statefulset",
  shortNames: ["sts"],
  categories: ["all"],
  namespaced: true,
  subresources: { status: true, scale: true },
  generation: true,
  columns: [
    column(
      "Ready",
      (object) =>
        `${count(object, "status", "readyReplicas")}/${count(object, "spec", "replicas")}`,
    ),
    ageColumn(),
    ...containerColumns("spec", "template"),
  ],
  asWritten: withStatus({ availableReplicas: 0, replicas: 0 }),
  applyDefaults: (object) => ({ ...object, spec: withStatefulSetDefaults(fieldsOf(object.spec)) }),
  validate: (object, before) => [
    ...selectorCauses("statefulset", object.spec),
    ...countCauses("spec", object.spec, ["replicas", "minReadySeconds", "revisionHistoryLimit"]),
    ...podSpecCauses("spec.template.spec", fieldAt(object, "spec", "template", "spec")),
    ...(before ? updateCauses(object, before) : []),
  ],
};

/** Source: Kubernetes `pkg/apis/apps/v1/defaults.go`. */
function withStatefulSetDefaults(spec: Fields): Fields {
  return chain(
    fillIn(spec, {
      podManagementPolicy: "OrderedReady",
      updateStrategy: {},
      replicas: 1,
      revisionHistoryLimit: 10,
      persistentVolumeClaimRetentionPolicy: {},
    }),
    (fields) => within(fields, "updateStrategy", withStrategyDefaults),
    (fields) =>
      within(fields, "persistentVolumeClaimRetentionPolicy", (policy) =>
        fillIn(policy, { whenDeleted: "Retain", whenScaled: "Retain" }),
      ),
    (fields) => withinEach(fields, "volumeClaimTemplates", withClaimDefaults),
    withTemplateDefaults,
  );
}

function withStrategyDefaults(strategy: Fields): Fields {
  const typed = fillIn(strategy, { type: "RollingUpdate" });
  if (typed.type !== "RollingUpdate") return typed;
  return within(fillIn(typed, { rollingUpdate: {} }), "rollingUpdate", (rolling) =>
    fillIn(rolling, { partition: 0 }),
  );
}

function withClaimDefaults(claim: Fields): Fields {
  return {
    ...fillIn(claim, { apiVersion: "v1", kind: "PersistentVolumeClaim" }),
    spec: fillIn(fieldsOf(claim.spec), { volumeMode: "Filesystem" }),
    status: fillIn(fieldsOf(claim.status), { phase: "Pending" }),
  };
}

const MUTABLE = [
  "minReadySeconds",
  "ordinals",
  "persistentVolumeClaimRetentionPolicy",
  "replicas",
  "revisionHistoryLimit",
  "template",
  "updateStrategy",
];

function updateCauses(object: KubeObject, before: KubeObject): readonly StatusCause[] {
  const fixed = (state: KubeObject) =>
    Object.entries(fieldsOf(state.spec)).filter(([key]) => !MUTABLE.includes(key));
  if (sameJson(Object.fromEntries(fixed(object)), Object.fromEntries(fixed(before)))) return [];
  return [
    fieldCause.forbidden(
      "spec",
      "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    ),
  ];
}
