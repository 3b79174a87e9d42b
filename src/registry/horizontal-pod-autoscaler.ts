import type { KubeObject } from "../api/meta.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";
import type { BuiltinKind } from "./builtin-kind.js";
import { ageColumn, column } from "./columns.js";
import { convertAutoscaler } from "./convert-autoscaler.js";
import { fillIn } from "./defaults.js";
import { withStatus } from "./empty-structs.js";
import { fieldAt, fieldsOf, listAt, numberAt, stringAt } from "./fields.js";
import { count } from "./workload-columns.js";

export const horizontalPodAutoscaler: BuiltinKind = {
  group: "autoscaling",
  versions: ["v2", "v1"],
  convert: convertAutoscaler,
  kind: "HorizontalPodAutoscaler",
  plural: "horizontalpodautoscalers",
  singular: "horizontalpodautoscaler",
  shortNames: ["hpa"],
  categories: ["all"],
  namespaced: true,
  subresources: { status: true, scale: false },
  columns: [
    column("Reference", (object) => {
      const target = fieldAt(object, "spec", "scaleTargetRef");
      return `${stringAt(target, "kind")}/${stringAt(target, "name")}`;
    }),
    column("Targets", targetsText),
    column("MinPods", (object) => String(numberAt(object, "spec", "minReplicas") ?? "<unset>")),
    column("MaxPods", (object) => count(object, "spec", "maxReplicas"), { type: "integer" }),
    column("Replicas", (object) => count(object, "status", "currentReplicas"), {
      type: "integer",
    }),
    ageColumn(),
  ],
  asWritten: withStatus({ currentMetrics: null, desiredReplicas: 0 }),
  applyDefaults: (object) => ({ ...object, spec: fillIn(fieldsOf(object.spec), DEFAULTS) }),
  validate: validateAutoscaler,
};

/** Source: Kubernetes `pkg/apis/autoscaling/v2/defaults.go`. */
const DEFAULTS = {
  minReplicas: 1,
  metrics: [
    {
      type: "Resource",
      resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } },
    },
  ],
};

/** Current values are unknown here: nothing measures on the hub, and simulated members have no metrics. */
function targetsText(object: KubeObject): string {
  const texts = listAt(object, "spec", "metrics").map((metric) => {
    const name = stringAt(metric, "resource", "name");
    if (!name) return `<unknown>/<${stringAt(metric, "type") ?? "unknown"}>`;
    const target = fieldAt(metric, "resource", "target");
    const utilization = numberAt(target, "averageUtilization");
    const wanted =
      utilization === undefined
        ? (stringAt(target, "averageValue") ?? "<auto>")
        : `${utilization}%`;
    return `${name}: <unknown>/${wanted}`;
  });
  return texts.join(", ") || "<none>";
}

function validateAutoscaler(object: KubeObject): readonly StatusCause[] {
  const min = count(object, "spec", "minReplicas");
  const max = count(object, "spec", "maxReplicas");
  const causes: StatusCause[] = [];
  for (const field of ["kind", "name"]) {
    if (!stringAt(object, "spec", "scaleTargetRef", field)) {
      causes.push(fieldCause.required(`spec.scaleTargetRef.${field}`));
    }
  }
  if (max < 1) {
    causes.push(fieldCause.invalid("spec.maxReplicas", max, "must be greater than 0"));
  } else if (max < min) {
    causes.push(
      fieldCause.invalid("spec.maxReplicas", max, "must be greater than or equal to `minReplicas`"),
    );
  }
  return causes;
}
