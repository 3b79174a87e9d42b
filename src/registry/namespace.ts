import type { KubeObject } from "../api/meta.js";
import type { BuiltinKind } from "./builtin-kind.js";
import { ageColumn, pathColumn } from "./columns.js";
import { fillIn } from "./defaults.js";
import { fieldsOf, listAt } from "./fields.js";

const NAME_LABEL = "kubernetes.io/metadata.name";

/** Contents and deletion are the API surface's work; here are only the object's own rules. */
export const namespace: BuiltinKind = {
  group: "",
  versions: ["v1"],
  kind: "Namespace",
  plural: "namespaces",
  singular: "namespace",
  shortNames: ["ns"],
  namespaced: false,
  subresources: { status: true, scale: false },
  columns: [pathColumn("Status", ["status", "phase"]), ageColumn()],
  applyDefaults: withNameLabel,
  prepareForCreate: (object) => ({
    ...object,
    spec: fillIn(fieldsOf(object.spec), { finalizers: ["kubernetes"] }),
    status: fillIn(fieldsOf(object.status), { phase: "Active" }),
  }),
  // They are the server's: only its own work on a deletion takes them away.
  prepareForUpdate: (object, before) => ({
    ...object,
    spec: { ...fieldsOf(object.spec), finalizers: listAt(before, "spec", "finalizers") },
  }),
  refusesDeletion: ({ metadata: { name } }) =>
    name === "default" || name.startsWith("kube-")
      ? "this namespace may not be deleted"
      : undefined,
};

/** The label that lets selectors name a namespace. Source: Kubernetes, automatic namespace labels. */
function withNameLabel(object: KubeObject): KubeObject {
  const { name, labels } = object.metadata;
  if (labels?.[NAME_LABEL] === name) return object;
  return {
    ...object,
    metadata: { ...object.metadata, labels: { ...labels, [NAME_LABEL]: name } },
  };
}
