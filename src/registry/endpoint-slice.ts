import type { KubeObject } from "../api/meta.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";
import type { BuiltinKind } from "./builtin-kind.js";
import { enumCauses, immutableCauses, requiredCauses } from "./causes.js";
import { ageColumn, column, pathColumn, shortListText } from "./columns.js";
import { fillIn, withinEach } from "./defaults.js";
import { listAt, numberAt, stringAt, stringsIn } from "./fields.js";

const ADDRESS_TYPES = ["FQDN", "IPv4", "IPv6"];

export const endpointSlice: BuiltinKind = {
  group: "discovery.k8s.io",
  versions: ["v1"],
  kind: "EndpointSlice",
  plural: "endpointslices",
  singular: "endpointslice",
  namespaced: true,
  generation: true,
  columns: [
    pathColumn("AddressType", ["addressType"]),
    column("Ports", (object) => shortListText(listAt(object, "ports").map(portText), "<unset>")),
    column("Endpoints", (object) => {
      const addresses = listAt(object, "endpoints").flatMap((each) => stringsIn(each, "addresses"));
      return shortListText(addresses, "<unset>");
    }),
    ageColumn(),
  ],
  applyDefaults: (object) => ({
    ...object,
    ...withinEach(object, "ports", (port) => ({ name: "", ...fillIn(port, { protocol: "TCP" }) })),
  }),
  asWritten: (object) => ({
    ...object,
    ...withinEach(object, "endpoints", (endpoint) => ({ conditions: {}, ...endpoint })),
    ports: object.ports ?? null,
  }),
  validate: validateSlice,
};

function portText(port: unknown): string {
  return String(numberAt(port, "port") ?? stringAt(port, "name") ?? "*");
}

/** Source: Kubernetes `validation.ValidateEndpointSlice`. */
function validateSlice(object: KubeObject, before?: KubeObject): readonly StatusCause[] {
  const { addressType } = object;
  return [
    ...requiredCauses("addressType", addressType),
    ...(addressType ? enumCauses("addressType", addressType, ADDRESS_TYPES) : []),
    ...listAt(object, "endpoints").flatMap((endpoint, index) =>
      requiredCauses(
        `endpoints[${index}].addresses`,
        listAt(endpoint, "addresses"),
        "must contain at least 1 address",
      ),
    ),
    ...duplicatePorts(object),
    ...(before ? immutableCauses("addressType", addressType, before.addressType) : []),
  ];
}

function duplicatePorts(object: KubeObject): readonly StatusCause[] {
  const names = listAt(object, "ports").map((port) => stringAt(port, "name") ?? "");
  return names.flatMap((name, index) =>
    names.indexOf(name) < index ? [fieldCause.duplicate(`ports[${index}].name`, name)] : [],
  );
}
