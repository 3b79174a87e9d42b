import type { KubeObject } from "../api/meta.js";
import type { BuiltinKind } from "./builtin-kind.js";
import { clusterIpFor } from "./cluster-ip.js";
import { ageColumn, column, labelsText, pathColumn, wideColumn } from "./columns.js";
import { chain, fillIn, withinEach } from "./defaults.js";
import { type Fields, fieldAt, fieldsOf, listAt, numberAt, stringAt } from "./fields.js";
import { validateService } from "./service-rules.js";

export interface ServiceOptions {
  /** A member gives Services an address. The hub only stores them, and what it stores fits every member. */
  readonly assignsClusterIPs: boolean;
}

export function service({ assignsClusterIPs }: ServiceOptions): BuiltinKind {
  return {
    group: "",
    versions: ["v1"],
    kind: "Service",
    plural: "services",
    singular: "service",
    shortNames: ["svc"],
    categories: ["all"],
    namespaced: true,
    subresources: { status: true, scale: false },
    columns: [
      pathColumn("Type", ["spec", "type"]),
      column("Cluster-IP", (object) => stringAt(object, "spec", "clusterIP") || "<none>"),
      column("External-IP", externalAddresses),
      column("Port(s)", portsText),
      ageColumn(),
      wideColumn("Selector", (object) => labelsText(fieldAt(object, "spec", "selector"))),
    ],
    applyDefaults: withServiceDefaults,
    prepareForCreate: (object) =>
      assignsClusterIPs && wantsAddress(object) ? withAddress(object, newAddress(object)) : object,
    prepareForUpdate: keepAddress,
    validate: validateService,
  };
}

/** Source: Kubernetes `SetDefaults_Service`, and the single-stack choice of the Service REST storage. */
function withServiceDefaults(object: KubeObject): KubeObject {
  const spec = chain(
    fillIn(fieldsOf(object.spec), { type: "ClusterIP", sessionAffinity: "None" }),
    (fields) => withinEach(fields, "ports", withPortDefaults),
    withAffinityTimeout,
    withTypeDefaults,
  );
  return { ...object, spec, status: fillIn(fieldsOf(object.status), { loadBalancer: {} }) };
}

function withPortDefaults(port: Fields): Fields {
  return fillIn(port, { protocol: "TCP", targetPort: port.port });
}

function withAffinityTimeout(spec: Fields): Fields {
  return spec.sessionAffinity === "ClientIP"
    ? fillIn(spec, { sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } } })
    : spec;
}

function withTypeDefaults(spec: Fields): Fields {
  switch (spec.type) {
    case "ExternalName":
      return spec;
    case "ClusterIP":
      return fillIn(spec, ADDRESSED);
    case "LoadBalancer":
      return fillIn(spec, {
        ...ADDRESSED,
        externalTrafficPolicy: "Cluster",
        allocateLoadBalancerNodePorts: true,
      });
    default:
      return fillIn(spec, { ...ADDRESSED, externalTrafficPolicy: "Cluster" });
  }
}

const ADDRESSED: Fields = {
  ipFamilies: ["IPv4"],
  ipFamilyPolicy: "SingleStack",
  internalTrafficPolicy: "Cluster",
};

function wantsAddress(object: KubeObject): boolean {
  return (
    stringAt(object, "spec", "type") !== "ExternalName" && !stringAt(object, "spec", "clusterIP")
  );
}

function newAddress({ metadata }: KubeObject): string {
  return clusterIpFor(metadata.uid ?? `${metadata.namespace ?? ""}/${metadata.name}`);
}

/** An update that leaves the address out means the one that there is. */
function keepAddress(object: KubeObject, before: KubeObject): KubeObject {
  const address = stringAt(before, "spec", "clusterIP");
  return address && wantsAddress(object) ? withAddress(object, address) : object;
}

function withAddress(object: KubeObject, address: string): KubeObject {
  return {
    ...object,
    spec: { ...fieldsOf(object.spec), clusterIP: address, clusterIPs: [address] },
  };
}

function externalAddresses(object: KubeObject): string {
  if (stringAt(object, "spec", "type") === "ExternalName") {
    return stringAt(object, "spec", "externalName") || "<none>";
  }
  const ingress = listAt(object, "status", "loadBalancer", "ingress").map(
    (entry) => stringAt(entry, "ip") ?? stringAt(entry, "hostname") ?? "",
  );
  const external = listAt(object, "spec", "externalIPs").map(String);
  const addresses = [...ingress, ...external].filter(Boolean);
  if (addresses.length > 0) return addresses.join(",");
  return stringAt(object, "spec", "type") === "LoadBalancer" ? "<pending>" : "<none>";
}

function portsText(object: KubeObject): string {
  const texts = listAt(object, "spec", "ports").map((port) => {
    const node = numberAt(port, "nodePort");
    const number = numberAt(port, "port") ?? "";
    return `${number}${node ? `:${node}` : ""}/${stringAt(port, "protocol") ?? "TCP"}`;
  });
  return texts.join(",") || "<none>";
}
