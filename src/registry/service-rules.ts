import type { KubeObject } from "../api/meta.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";
import { immutableCauses } from "./causes.js";
import { fieldAt, listAt, numberAt, stringAt } from "./fields.js";

const TYPES = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
const PROTOCOLS = ["SCTP", "TCP", "UDP"];
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const MAX_PORT = 65_535;

/** Source: Kubernetes `validation.ValidateService`, the parts that a manifest can get wrong. */
export function validateService(object: KubeObject, before?: KubeObject): readonly StatusCause[] {
  const type = stringAt(object, "spec", "type") ?? "";
  const ports = listAt(object, "spec", "ports");
  const headless = stringAt(object, "spec", "clusterIP") === "None";
  const causes: StatusCause[] = [];
  if (!TYPES.includes(type)) causes.push(fieldCause.notSupported("spec.type", type, TYPES));
  if (type === "ExternalName") {
    if (!stringAt(object, "spec", "externalName")) {
      causes.push(fieldCause.required("spec.externalName"));
    }
  } else if (ports.length === 0 && !headless) {
    causes.push(fieldCause.required("spec.ports"));
  }
  return [
    ...causes,
    ...ports.flatMap((_, index) => portCauses(ports, index)),
    ...(before ? addressCauses(object, before) : []),
  ];
}

function portCauses(ports: readonly unknown[], index: number): readonly StatusCause[] {
  const port = ports[index];
  const field = `spec.ports[${index}]`;
  const protocol = stringAt(port, "protocol") ?? "";
  const targetPort = fieldAt(port, "targetPort");
  return [
    ...nameCauses(ports, index),
    ...numberCauses(`${field}.port`, numberAt(port, "port")),
    ...(typeof targetPort === "number" ? numberCauses(`${field}.targetPort`, targetPort) : []),
    ...(PROTOCOLS.includes(protocol)
      ? []
      : [fieldCause.notSupported(`${field}.protocol`, protocol, PROTOCOLS)]),
    ...repeatedCauses(ports, index),
  ];
}

function nameCauses(ports: readonly unknown[], index: number): readonly StatusCause[] {
  const field = `spec.ports[${index}].name`;
  const name = stringAt(ports[index], "name") ?? "";
  if (!name) return ports.length > 1 ? [fieldCause.required(field)] : [];
  if (name.length > 63 || !LABEL.test(name)) {
    return [
      fieldCause.invalid(
        field,
        name,
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
      ),
    ];
  }
  const first = ports.findIndex((other) => stringAt(other, "name") === name);
  return first < index ? [fieldCause.duplicate(field, name)] : [];
}

function numberCauses(field: string, value: number | undefined): readonly StatusCause[] {
  return value !== undefined && value >= 1 && value <= MAX_PORT
    ? []
    : [fieldCause.invalid(field, value ?? 0, "must be between 1 and 65535, inclusive")];
}

function repeatedCauses(ports: readonly unknown[], index: number): readonly StatusCause[] {
  const key = (port: unknown) => `${numberAt(port, "port")}/${stringAt(port, "protocol")}`;
  const port = ports[index];
  const first = ports.findIndex((other) => key(other) === key(port));
  if (first === index) return [];
  return [
    fieldCause.duplicate(`spec.ports[${index}]`, {
      port: numberAt(port, "port"),
      protocol: stringAt(port, "protocol"),
    }),
  ];
}

/** An address is kept for as long as the Service has one. */
function addressCauses(object: KubeObject, before: KubeObject): readonly StatusCause[] {
  const had = stringAt(before, "spec", "clusterIP");
  const external = [before, object].some(
    (service) => stringAt(service, "spec", "type") === "ExternalName",
  );
  if (!had || external) return [];
  return immutableCauses("spec.clusterIP", stringAt(object, "spec", "clusterIP"), had);
}
