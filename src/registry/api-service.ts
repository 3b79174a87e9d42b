import type { KubeObject } from "../api/meta.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";
import type { BuiltinKind } from "./builtin-kind.js";
import { requiredCauses } from "./causes.js";
import { ageColumn, column, findCondition } from "./columns.js";
import { fillIn, within } from "./defaults.js";
import { fieldAt, fieldsOf, numberAt, stringAt } from "./fields.js";

const RANGES: readonly (readonly [field: string, most: number])[] = [
  ["groupPriorityMinimum", 20_000],
  ["versionPriority", 1_000],
];

/** Stored and placed: the hub passes no request on, and registers nothing of its own. */
export const apiService: BuiltinKind = {
  group: "apiregistration.k8s.io",
  versions: ["v1"],
  kind: "APIService",
  plural: "apiservices",
  singular: "apiservice",
  categories: ["api-extensions"],
  namespaced: false,
  subresources: { status: true, scale: false },
  columns: [column("Service", serviceText), column("Available", availableText), ageColumn()],
  applyDefaults: (object) => ({
    ...object,
    spec: within(fieldsOf(object.spec), "service", (service) => fillIn(service, { port: 443 })),
  }),
  validate: validateApiService,
};

function serviceText({ spec }: KubeObject): string {
  const service = fieldAt(spec, "service");
  if (service === undefined) return "Local";
  return `${stringAt(service, "namespace") ?? ""}/${stringAt(service, "name") ?? ""}`;
}

function availableText(object: KubeObject): string {
  const condition = findCondition(object, "Available");
  const status = stringAt(condition, "status") ?? "Unknown";
  return condition === undefined || status === "True"
    ? status
    : `${status} (${stringAt(condition, "reason") ?? ""})`;
}

/** Source: kube-aggregator `validation.ValidateAPIService`. */
function validateApiService({ metadata, spec }: KubeObject): readonly StatusCause[] {
  const group = stringAt(spec, "group") ?? "";
  const version = stringAt(spec, "version") ?? "";
  const wanted = `${version}.${group}`;
  const service = fieldAt(spec, "service");
  return [
    ...(metadata.name === wanted
      ? []
      : [
          fieldCause.invalid(
            "metadata.name",
            metadata.name,
            `must be \`spec.version+"."+spec.group\`: "${wanted}"`,
          ),
        ]),
    ...RANGES.flatMap(([field, most]) => {
      const value = numberAt(spec, field) ?? 0;
      const why = `must be positive and less than ${most}`;
      return value > 0 && value <= most ? [] : [fieldCause.invalid(`spec.${field}`, value, why)];
    }),
    ...(service === undefined
      ? []
      : ["namespace", "name"].flatMap((part) =>
          requiredCauses(`spec.service.${part}`, fieldAt(service, part)),
        )),
  ];
}
