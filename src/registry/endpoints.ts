import type { KubeObject } from "../api/meta.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";
import type { BuiltinKind } from "./builtin-kind.js";
import { ageColumn, column, shortListText } from "./columns.js";
import { fillIn, withinEach } from "./defaults.js";
import { type Fields, listAt, numberAt, stringAt } from "./fields.js";

export const endpoints: BuiltinKind = {
  group: "",
  versions: ["v1"],
  kind: "Endpoints",
  plural: "endpoints",
  singular: "endpoints",
  shortNames: ["ep"],
  namespaced: true,
  columns: [
    column("Endpoints", (object) => shortListText(addresses(object), "<none>")),
    ageColumn(),
  ],
  applyDefaults: (object) => ({ ...object, ...withinEach(object, "subsets", withPortDefaults) }),
  validate: (object) =>
    listAt(object, "subsets").flatMap((subset, index) => subsetCauses(`subsets[${index}]`, subset)),
};

function withPortDefaults(subset: Fields): Fields {
  return withinEach(subset, "ports", (port) => fillIn(port, { protocol: "TCP" }));
}

/** Each address with each port, or alone where a headless service has none. */
function addresses(object: KubeObject): readonly string[] {
  return listAt(object, "subsets").flatMap((subset) => {
    const ips = listAt(subset, "addresses").map((address) => stringAt(address, "ip") ?? "");
    const ports = listAt(subset, "ports").map((port) => numberAt(port, "port") ?? 0);
    return ports.length === 0 ? ips : ports.flatMap((port) => ips.map((ip) => hostPort(ip, port)));
  });
}

function hostPort(ip: string, port: number): string {
  return ip.includes(":") ? `[${ip}]:${port}` : `${ip}:${port}`;
}

/** Source: Kubernetes `validation.validateEndpointSubsets`. */
function subsetCauses(field: string, subset: unknown): readonly StatusCause[] {
  const ports = listAt(subset, "ports");
  const isEmpty = ["addresses", "notReadyAddresses"].every(
    (list) => listAt(subset, list).length === 0,
  );
  return [
    ...(isEmpty
      ? [fieldCause.required(field, "must specify `addresses` or `notReadyAddresses`")]
      : []),
    ...ports.flatMap((port, index) => {
      const unnamed = ports.length > 1 && !stringAt(port, "name");
      return unnamed ? [fieldCause.required(`${field}.ports[${index}].name`)] : [];
    }),
  ];
}
