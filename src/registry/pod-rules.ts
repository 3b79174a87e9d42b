import { fieldCause, type StatusCause } from "../api/status-error.js";
import { fieldAt, listAt, numberAt, stringAt, stringsAt } from "./fields.js";

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** What a pod spec needs to run at all. Source: Kubernetes `validation.ValidatePodSpec`. */
export function podSpecCauses(field: string, spec: unknown): readonly StatusCause[] {
  const containers = listAt(spec, "containers");
  const initContainers = listAt(spec, "initContainers");
  const names = [...containers, ...initContainers].map((container) => stringAt(container, "name"));
  if (containers.length === 0) return [fieldCause.required(`${field}.containers`)];
  return [
    ...containers.flatMap((container, index) =>
      containerCauses(`${field}.containers[${index}]`, container, names.slice(0, index)),
    ),
    ...initContainers.flatMap((container, index) =>
      containerCauses(
        `${field}.initContainers[${index}]`,
        container,
        names.slice(0, containers.length + index),
      ),
    ),
    ...volumeCauses(field, spec),
  ];
}

function containerCauses(
  field: string,
  container: unknown,
  earlier: readonly (string | undefined)[],
): readonly StatusCause[] {
  const name = stringAt(container, "name") ?? "";
  const causes: StatusCause[] = [];
  if (!name) causes.push(fieldCause.required(`${field}.name`));
  else causes.push(...dnsLabelCauses(`${field}.name`, name));
  if (name && earlier.includes(name)) causes.push(fieldCause.duplicate(`${field}.name`, name));
  if (!stringAt(container, "image")) causes.push(fieldCause.required(`${field}.image`));
  return causes;
}

/** A name that becomes part of a host's. Source: apimachinery `validation.IsDNS1123Label`. */
export function dnsLabelCauses(field: string, name: string): readonly StatusCause[] {
  if (name.length <= 63 && LABEL.test(name)) return [];
  return [
    fieldCause.invalid(
      field,
      name,
      "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
    ),
  ];
}

/** Mounts name volumes that exist. */
function volumeCauses(field: string, spec: unknown): readonly StatusCause[] {
  const volumes = new Set(listAt(spec, "volumes").map((volume) => stringAt(volume, "name")));
  return ["initContainers", "containers"].flatMap((list) =>
    listAt(spec, list).flatMap((container, index) =>
      listAt(container, "volumeMounts").flatMap((mount, mountIndex) => {
        const name = stringAt(mount, "name");
        const at = `${field}.${list}[${index}].volumeMounts[${mountIndex}].name`;
        return volumes.has(name)
          ? []
          : [
              {
                reason: "FieldValueNotFound",
                message: `Not found: ${JSON.stringify(name ?? "")}`,
                field: at,
              },
            ];
      }),
    ),
  );
}

/** A workload's selector, and the template whose pods it has to find. `workload` is the kind in lower case. */
export function selectorCauses(workload: string, spec: unknown): readonly StatusCause[] {
  const selector = fieldAt(spec, "selector");
  if (selector === undefined) return [fieldCause.required("spec.selector")];
  const wanted = stringsAt(selector, "matchLabels");
  const expressions = listAt(selector, "matchExpressions");
  if (Object.keys(wanted).length === 0 && expressions.length === 0) {
    return [
      fieldCause.invalid("spec.selector", selector, `empty selector is invalid for ${workload}`),
    ];
  }
  const labels = stringsAt(spec, "template", "metadata", "labels");
  const found = Object.entries(wanted).every(([key, value]) => labels[key] === value);
  return found
    ? []
    : [
        fieldCause.invalid(
          "spec.template.metadata.labels",
          labels,
          "`selector` does not match template `labels`",
        ),
      ];
}

/** Counts such as `replicas` are not negative. */
export function countCauses(
  field: string,
  object: unknown,
  names: readonly string[],
): readonly StatusCause[] {
  return names
    .map((name) => ({ at: field ? `${field}.${name}` : name, value: numberAt(object, name) ?? 0 }))
    .filter(({ value }) => value < 0)
    .map(({ at, value }) => fieldCause.invalid(at, value, "must be greater than or equal to 0"));
}
