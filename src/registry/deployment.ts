import type { KubeObject } from "../api/meta.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";
import type { BuiltinKind } from "./builtin-kind.js";
import { immutableCauses } from "./causes.js";
import { ageColumn, column } from "./columns.js";
import { chain, fillIn, within } from "./defaults.js";
import { withStatus } from "./empty-structs.js";
import { type Fields, fieldAt, fieldsOf, stringAt } from "./fields.js";
import { withTemplateDefaults } from "./pod-defaults.js";
import { countCauses, podSpecCauses, selectorCauses } from "./pod-rules.js";
import { containerColumns, count, selectorColumn } from "./workload-columns.js";

const STRATEGIES = ["Recreate", "RollingUpdate"];

export const deployment: BuiltinKind = {
  group: "apps",
  versions: ["v1"],
  kind: "Deployment",
  plural: "deployments",
  singular: "deployment",
  shortNames: ["deploy"],
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
    column("Up-to-date", (object) => count(object, "status", "updatedReplicas")),
    column("Available", (object) => count(object, "status", "availableReplicas")),
    ageColumn(),
    ...containerColumns("spec", "template"),
    selectorColumn("spec", "selector"),
  ],
  asWritten: withStatus({}),
  applyDefaults: (object) => ({ ...object, spec: withDeploymentDefaults(fieldsOf(object.spec)) }),
  validate: (object, before) => [
    ...selectorCauses("deployment", object.spec),
    ...countCauses("spec", object.spec, ["replicas", "minReadySeconds", "revisionHistoryLimit"]),
    ...podSpecCauses("spec.template.spec", fieldAt(object, "spec", "template", "spec")),
    ...strategyCauses(object),
    ...(before ? selectorChange(object, before) : []),
  ],
};

/** Source: Kubernetes `pkg/apis/apps/v1/defaults.go`. */
function withDeploymentDefaults(spec: Fields): Fields {
  return chain(
    fillIn(spec, {
      replicas: 1,
      strategy: {},
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
    }),
    (fields) => within(fields, "strategy", withStrategyDefaults),
    withTemplateDefaults,
  );
}

function withStrategyDefaults(strategy: Fields): Fields {
  const typed = fillIn(strategy, { type: "RollingUpdate" });
  if (typed.type !== "RollingUpdate") return typed;
  return within(fillIn(typed, { rollingUpdate: {} }), "rollingUpdate", (rolling) =>
    fillIn(rolling, { maxUnavailable: "25%", maxSurge: "25%" }),
  );
}

/** Switching to Recreate with a patch leaves the other strategy's settings behind. */
function strategyCauses(object: KubeObject): readonly StatusCause[] {
  const strategy = fieldAt(object, "spec", "strategy");
  const type = stringAt(strategy, "type") ?? "";
  if (!STRATEGIES.includes(type)) {
    return [fieldCause.notSupported("spec.strategy.type", type, STRATEGIES)];
  }
  return type === "Recreate" && fieldAt(strategy, "rollingUpdate") !== undefined
    ? [
        fieldCause.forbidden(
          "spec.strategy.rollingUpdate",
          "may not be specified when strategy `type` is 'Recreate'",
        ),
      ]
    : [];
}

function selectorChange(object: KubeObject, before: KubeObject) {
  return immutableCauses(
    "spec.selector",
    fieldAt(object, "spec", "selector"),
    fieldAt(before, "spec", "selector"),
  );
}
