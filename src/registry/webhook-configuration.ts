import type { KubeObject } from "../api/meta.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";
import type { BuiltinKind } from "./builtin-kind.js";
import { enumCauses, requiredCauses } from "./causes.js";
import { ageColumn, column } from "./columns.js";
import { chain, fillIn, within, withinEach } from "./defaults.js";
import { type Fields, fieldAt, listAt, numberAt, stringAt, stringsIn } from "./fields.js";

const REVIEW_VERSIONS = ["v1", "v1beta1"];
const SIDE_EFFECTS = ["None", "NoneOnDryRun"];
const OPERATIONS = ["*", "CONNECT", "CREATE", "DELETE", "UPDATE"];

/** Stored and placed, and never called: the hub has no admission of other people. */
export const validatingWebhookConfiguration = configuration("Validating", {});
export const mutatingWebhookConfiguration = configuration("Mutating", {
  reinvocationPolicy: "Never",
});

function configuration(effect: "Validating" | "Mutating", defaults: Fields): BuiltinKind {
  const kind = `${effect}WebhookConfiguration`;
  return {
    group: "admissionregistration.k8s.io",
    versions: ["v1"],
    kind,
    plural: `${kind.toLowerCase()}s`,
    singular: kind.toLowerCase(),
    categories: ["api-extensions"],
    namespaced: false,
    generation: true,
    columns: [
      column("Webhooks", ({ webhooks }) => listAt({ webhooks }, "webhooks").length, {
        type: "integer",
      }),
      ageColumn(),
    ],
    applyDefaults: (object) => ({
      ...object,
      ...withinEach(object, "webhooks", (webhook) => withWebhookDefaults(webhook, defaults)),
    }),
    validate: (object) => [
      ...duplicateNames(object),
      ...listAt(object, "webhooks").flatMap((webhook, index) =>
        webhookCauses(`webhooks[${index}]`, webhook),
      ),
    ],
  };
}

/** Source: Kubernetes `pkg/apis/admissionregistration/v1/defaults.go`. */
function withWebhookDefaults(webhook: Fields, defaults: Fields): Fields {
  return chain(
    fillIn(webhook, {
      failurePolicy: "Fail",
      matchPolicy: "Equivalent",
      namespaceSelector: {},
      objectSelector: {},
      timeoutSeconds: 10,
      ...defaults,
    }),
    (fields) => withinEach(fields, "rules", (rule) => fillIn(rule, { scope: "*" })),
    (fields) =>
      within(fields, "clientConfig", (client) =>
        within(client, "service", (service) => fillIn(service, { port: 443 })),
      ),
  );
}

function duplicateNames(object: KubeObject): readonly StatusCause[] {
  const names = listAt(object, "webhooks").map((webhook) => stringAt(webhook, "name") ?? "");
  return names.flatMap((name, index) =>
    name && names.indexOf(name) < index
      ? [fieldCause.duplicate(`webhooks[${index}].name`, name)]
      : [],
  );
}

/** Source: Kubernetes `validation.validateValidatingWebhook` and `validateMutatingWebhook`. */
function webhookCauses(field: string, webhook: unknown): readonly StatusCause[] {
  const timeout = numberAt(webhook, "timeoutSeconds") ?? 1;
  return [
    ...nameCauses(`${field}.name`, stringAt(webhook, "name") ?? ""),
    ...listAt(webhook, "rules").flatMap((rule, index) =>
      ruleCauses(`${field}.rules[${index}]`, rule),
    ),
    ...enumCauses(`${field}.failurePolicy`, fieldAt(webhook, "failurePolicy"), ["Fail", "Ignore"]),
    ...enumCauses(`${field}.matchPolicy`, fieldAt(webhook, "matchPolicy"), ["Equivalent", "Exact"]),
    ...requiredCauses(
      `${field}.sideEffects`,
      fieldAt(webhook, "sideEffects"),
      `must specify one of ${SIDE_EFFECTS.join(", ")}`,
    ),
    ...enumCauses(`${field}.sideEffects`, fieldAt(webhook, "sideEffects"), SIDE_EFFECTS),
    ...(timeout < 1 || timeout > 30
      ? [
          fieldCause.invalid(
            `${field}.timeoutSeconds`,
            timeout,
            "the timeout value must be between 1 and 30 seconds",
          ),
        ]
      : []),
    ...clientCauses(`${field}.clientConfig`, fieldAt(webhook, "clientConfig")),
    ...reviewVersionCauses(`${field}.admissionReviewVersions`, webhook),
  ];
}

function nameCauses(field: string, name: string): readonly StatusCause[] {
  if (!name) return [fieldCause.required(field)];
  const why = "should be a domain with at least three segments separated by dots";
  return name.split(".").length < 3 ? [fieldCause.invalid(field, name, why)] : [];
}

function ruleCauses(field: string, rule: unknown): readonly StatusCause[] {
  return [
    ...["operations", "apiGroups", "apiVersions", "resources"].flatMap((list) =>
      requiredCauses(`${field}.${list}`, listAt(rule, list)),
    ),
    ...listAt(rule, "operations").flatMap((operation, index) =>
      enumCauses(`${field}.operations[${index}]`, operation, OPERATIONS),
    ),
  ];
}

function clientCauses(field: string, client: unknown): readonly StatusCause[] {
  const service = fieldAt(client, "service");
  if ((fieldAt(client, "url") === undefined) === (service === undefined)) {
    return [fieldCause.required(field, "exactly one of url or service is required")];
  }
  if (service === undefined) return [];
  return ["name", "namespace"].flatMap((part) =>
    requiredCauses(
      `${field}.service.${part}`,
      fieldAt(service, part),
      `service ${part} is required`,
    ),
  );
}

function reviewVersionCauses(field: string, webhook: unknown): readonly StatusCause[] {
  const versions = stringsIn(webhook, "admissionReviewVersions");
  const known = REVIEW_VERSIONS.join(", ");
  if (versions.length === 0) return [fieldCause.required(field, `must specify one of ${known}`)];
  return versions.some((version) => REVIEW_VERSIONS.includes(version))
    ? []
    : [fieldCause.invalid(field, versions, `must include at least one of ${known}`)];
}
