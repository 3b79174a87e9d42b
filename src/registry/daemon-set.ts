import type { BuiltinKind } from "./builtin-kind.js";
import { immutableCauses } from "./causes.js";
import { ageColumn, column, labelsText } from "./columns.js";
import { chain, fillIn, within } from "./defaults.js";
import { withStatus } from "./empty-structs.js";
import { type Fields, fieldAt, fieldsOf } from "./fields.js";
import { withTemplateDefaults } from "./pod-defaults.js";
import { countCauses, podSpecCauses, selectorCauses } from "./pod-rules.js";
import { containerColumns, countColumn, selectorColumn } from "./workload-columns.js";

export const daemonSet: BuiltinKind = {
  group: "apps",
  versions: ["v1"],
  kind: "DaemonSet",
  plural: "daemonsets",
  singular: "daemonset",
  shortNames: ["ds"],
  categories: ["all"],
  namespaced: true,
  subresources: { status: true, scale: false },
  generation: true,
  columns: [
    countColumn("Desired", "status", "desiredNumberScheduled"),
    countColumn("Current", "status", "currentNumberScheduled"),
    countColumn("Ready", "status", "numberReady"),
    countColumn("Up-to-date", "status", "updatedNumberScheduled"),
    countColumn("Available", "status", "numberAvailable"),
    column("Node Selector", (object) =>
      labelsText(fieldAt(object, "spec", "template", "spec", "nodeSelector")),
    ),
    ageColumn(),
    ...containerColumns("spec", "template"),
    selectorColumn("spec", "selector"),
  ],
  asWritten: withStatus({
    currentNumberScheduled: 0,
    desiredNumberScheduled: 0,
    numberMisscheduled: 0,
    numberReady: 0,
  }),
  applyDefaults: (object) => ({ ...object, spec: withDaemonSetDefaults(fieldsOf(object.spec)) }),
  validate: (object, before) => [
    ...selectorCauses("daemonset", object.spec),
    ...countCauses("spec", object.spec, ["minReadySeconds", "revisionHistoryLimit"]),
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

/** Source: Kubernetes `pkg/apis/apps/v1/defaults.go`. */
function withDaemonSetDefaults(spec: Fields): Fields {
  return chain(
    fillIn(spec, { updateStrategy: {}, revisionHistoryLimit: 10 }),
    (fields) => within(fields, "updateStrategy", withStrategyDefaults),
    withTemplateDefaults,
  );
}

function withStrategyDefaults(strategy: Fields): Fields {
  const typed = fillIn(strategy, { type: "RollingUpdate" });
  if (typed.type !== "RollingUpdate") return typed;
  return within(fillIn(typed, { rollingUpdate: {} }), "rollingUpdate", (rolling) =>
    fillIn(rolling, { maxUnavailable: 1, maxSurge: 0 }),
  );
}
