import type { KubeObject } from "../api/meta.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";
import type { BuiltinKind } from "./builtin-kind.js";
import { ageColumn, column, shortListText } from "./columns.js";
import { withStatus } from "./empty-structs.js";
import { fieldAt, listAt, stringAt } from "./fields.js";

const PATH_TYPES = ["Exact", "ImplementationSpecific", "Prefix"];

export const ingress: BuiltinKind = {
  group: "networking.k8s.io",
  versions: ["v1"],
  kind: "Ingress",
  plural: "ingresses",
  singular: "ingress",
  shortNames: ["ing"],
  namespaced: true,
  subresources: { status: true, scale: false },
  generation: true,
  columns: [
    column("Class", (object) => stringAt(object, "spec", "ingressClassName") || "<none>"),
    column("Hosts", hostsText),
    column("Address", (object) =>
      listAt(object, "status", "loadBalancer", "ingress")
        .map((entry) => stringAt(entry, "ip") ?? stringAt(entry, "hostname") ?? "")
        .join(","),
    ),
    column("Ports", (object) => (listAt(object, "spec", "tls").length > 0 ? "80, 443" : "80")),
    ageColumn(),
  ],
  asWritten: withStatus({ loadBalancer: {} }),
  validate: validateIngress,
};

function hostsText(object: KubeObject): string {
  const hosts = listAt(object, "spec", "rules").flatMap((rule) => stringAt(rule, "host") || []);
  return shortListText(hosts, "*");
}

/** Source: Kubernetes `validation.ValidateIngressSpec`. */
function validateIngress(object: KubeObject): readonly StatusCause[] {
  const rules = listAt(object, "spec", "rules");
  if (rules.length === 0 && fieldAt(object, "spec", "defaultBackend") === undefined) {
    return [
      fieldCause.invalid("spec", rules, "either `defaultBackend` or `rules` must be specified"),
    ];
  }
  return rules.flatMap((rule, index) =>
    listAt(rule, "http", "paths").flatMap((path, pathIndex) =>
      pathCauses(`spec.rules[${index}].http.paths[${pathIndex}]`, path),
    ),
  );
}

function pathCauses(field: string, path: unknown): readonly StatusCause[] {
  const type = stringAt(path, "pathType");
  if (!type) return [fieldCause.required(`${field}.pathType`, "pathType must be specified")];
  if (!PATH_TYPES.includes(type)) {
    return [fieldCause.notSupported(`${field}.pathType`, type, PATH_TYPES)];
  }
  const text = stringAt(path, "path") ?? "";
  return type !== "ImplementationSpecific" && !text.startsWith("/")
    ? [fieldCause.invalid(`${field}.path`, text, "must be an absolute path")]
    : [];
}
