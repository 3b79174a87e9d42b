import type { KubeObject } from "../api/meta.js";
import type { BuiltinKind } from "./builtin-kind.js";
import { ageColumn, column, selectorText } from "./columns.js";
import { chain, fillIn, withinEach } from "./defaults.js";
import { type Fields, fieldAt, fieldsOf, listAt } from "./fields.js";

export const networkPolicy: BuiltinKind = {
  group: "networking.k8s.io",
  versions: ["v1"],
  kind: "NetworkPolicy",
  plural: "networkpolicies",
  singular: "networkpolicy",
  shortNames: ["netpol"],
  namespaced: true,
  generation: true,
  columns: [
    column("Pod-Selector", (object) => selectorText(fieldAt(object, "spec", "podSelector"))),
    ageColumn(),
  ],
  applyDefaults: withNetworkPolicyDefaults,
};

/** Source: Kubernetes `pkg/apis/networking/v1/defaults.go`. */
function withNetworkPolicyDefaults(object: KubeObject): KubeObject {
  const given = fieldsOf(object.spec);
  const policyTypes = listAt(given, "egress").length > 0 ? ["Ingress", "Egress"] : ["Ingress"];
  const spec = chain(
    fillIn(given, { podSelector: {}, policyTypes }),
    (fields) => withinEach(fields, "ingress", withPortDefaults),
    (fields) => withinEach(fields, "egress", withPortDefaults),
  );
  return { ...object, spec };
}

function withPortDefaults(rule: Fields): Fields {
  return withinEach(rule, "ports", (port) => fillIn(port, { protocol: "TCP" }));
}
