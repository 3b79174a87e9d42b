import type { KubeObject } from "../api/meta.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";
import type { BuiltinKind } from "./builtin-kind.js";
import { ageColumn, column } from "./columns.js";
import { withStatus } from "./empty-structs.js";
import { fieldAt } from "./fields.js";
import { count } from "./workload-columns.js";

export const podDisruptionBudget: BuiltinKind = {
  group: "policy",
  versions: ["v1"],
  kind: "PodDisruptionBudget",
  plural: "poddisruptionbudgets",
  singular: "poddisruptionbudget",
  shortNames: ["pdb"],
  namespaced: true,
  subresources: { status: true, scale: false },
  generation: true,
  columns: [
    column("Min Available", (object) => limitText(object, "minAvailable")),
    column("Max Unavailable", (object) => limitText(object, "maxUnavailable")),
    column("Allowed Disruptions", (object) => count(object, "status", "disruptionsAllowed"), {
      type: "integer",
    }),
    ageColumn(),
  ],
  asWritten: withStatus({
    currentHealthy: 0,
    desiredHealthy: 0,
    disruptionsAllowed: 0,
    expectedPods: 0,
  }),
  validate: validateBudget,
};

function limitText(object: KubeObject, name: string): string {
  const limit = fieldAt(object, "spec", name);
  return limit === undefined ? "N/A" : String(limit);
}

function validateBudget(object: KubeObject): readonly StatusCause[] {
  const both =
    fieldAt(object, "spec", "minAvailable") !== undefined &&
    fieldAt(object, "spec", "maxUnavailable") !== undefined;
  return both
    ? [
        fieldCause.invalid(
          "spec",
          object.spec,
          "minAvailable and maxUnavailable cannot be both set",
        ),
      ]
    : [];
}
