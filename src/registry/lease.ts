import type { KubeObject } from "../api/meta.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";
import type { BuiltinKind } from "./builtin-kind.js";
import { ageColumn, column } from "./columns.js";
import { numberAt, stringAt } from "./fields.js";
import { countCauses } from "./pod-rules.js";

export const lease: BuiltinKind = {
  group: "coordination.k8s.io",
  versions: ["v1"],
  kind: "Lease",
  plural: "leases",
  singular: "lease",
  namespaced: true,
  columns: [
    column("Holder", (object) => stringAt(object, "spec", "holderIdentity") ?? ""),
    ageColumn(),
  ],
  validate: validateLease,
};

/** Source: Kubernetes `validation.ValidateLeaseSpec`. */
function validateLease(object: KubeObject): readonly StatusCause[] {
  const duration = numberAt(object, "spec", "leaseDurationSeconds");
  return [
    ...(duration !== undefined && duration <= 0
      ? [fieldCause.invalid("spec.leaseDurationSeconds", duration, "must be greater than 0")]
      : []),
    ...countCauses("spec", object.spec, ["leaseTransitions"]),
  ];
}
