import type { KubeObject } from "../api/meta.js";
import type { BuiltinKind } from "./builtin-kind.js";
import { ageColumn, column, wideColumn } from "./columns.js";
import { fillIn } from "./defaults.js";
import { fieldAt, fieldsOf, listAt, numberAt, stringAt } from "./fields.js";
import { withPodSpecDefaults } from "./pod-defaults.js";
import { podSpecCauses } from "./pod-rules.js";

/** The hub stores pods and never runs them. */
export const pod: BuiltinKind = {
  group: "",
  versions: ["v1"],
  kind: "Pod",
  plural: "pods",
  singular: "pod",
  shortNames: ["po"],
  categories: ["all"],
  namespaced: true,
  subresources: { status: true, scale: false },
  columns: [
    column("Ready", readyText),
    column("Status", statusText),
    column("Restarts", restartsText),
    ageColumn(),
    wideColumn("IP", (object) => stringAt(object, "status", "podIP") || "<none>"),
    wideColumn("Node", (object) => stringAt(object, "spec", "nodeName") || "<none>"),
    wideColumn(
      "Nominated Node",
      (object) => stringAt(object, "status", "nominatedNodeName") || "<none>",
    ),
    wideColumn("Readiness Gates", readinessGates),
  ],
  applyDefaults: (object) => ({
    ...object,
    spec: fillIn(withPodSpecDefaults(fieldsOf(object.spec)), { enableServiceLinks: true }),
  }),
  prepareForCreate: (object) => ({
    ...object,
    status: { phase: "Pending", qosClass: "BestEffort" },
  }),
  validate: (object) => podSpecCauses("spec", object.spec),
};

function containerStatuses(object: KubeObject): readonly unknown[] {
  return listAt(object, "status", "containerStatuses");
}

function readyText(object: KubeObject): string {
  const ready = containerStatuses(object).filter((status) => fieldAt(status, "ready") === true);
  return `${ready.length}/${listAt(object, "spec", "containers").length}`;
}

function restartsText(object: KubeObject): string {
  const restarts = containerStatuses(object).map((status) => numberAt(status, "restartCount") ?? 0);
  return String(restarts.reduce((sum, count) => sum + count, 0));
}

/** The phase, or the reason why a container does not run. */
function statusText(object: KubeObject): string {
  if (object.metadata.deletionTimestamp) return "Terminating";
  const reasons = containerStatuses(object).flatMap((status) => [
    stringAt(status, "state", "waiting", "reason"),
    stringAt(status, "state", "terminated", "reason"),
  ]);
  return (
    reasons.find((reason) => reason) ??
    stringAt(object, "status", "reason") ??
    stringAt(object, "status", "phase") ??
    ""
  );
}

function readinessGates(object: KubeObject): string {
  const gates = listAt(object, "spec", "readinessGates");
  if (gates.length === 0) return "<none>";
  const passed = gates.filter((gate) =>
    listAt(object, "status", "conditions").some(
      (condition) =>
        stringAt(condition, "type") === stringAt(gate, "conditionType") &&
        stringAt(condition, "status") === "True",
    ),
  );
  return `${passed.length}/${gates.length}`;
}
