import type { BuiltinKind } from "./builtin-kind.js";
import { immutableCauses } from "./causes.js";
import { ageColumn, pathColumn } from "./columns.js";
import { stringAt } from "./fields.js";
import { dnsLabelCauses } from "./pod-rules.js";

export const runtimeClass: BuiltinKind = {
  group: "node.k8s.io",
  versions: ["v1"],
  kind: "RuntimeClass",
  plural: "runtimeclasses",
  singular: "runtimeclass",
  namespaced: false,
  columns: [pathColumn("Handler", ["handler"]), ageColumn()],
  // Source: Kubernetes `validation.ValidateRuntimeClass` and `ValidateRuntimeClassUpdate`.
  validate: (object, before) => [
    ...dnsLabelCauses("handler", stringAt(object, "handler") ?? ""),
    ...(before ? immutableCauses("handler", object.handler, before.handler) : []),
  ],
};
