import {
  API_EXTENSIONS_GROUP,
  CustomResourceDefinition,
} from "../api/custom-resource-definition.js";
import type { KubeObject } from "../api/meta.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";
import { column } from "./columns.js";
import { chain, fillIn, within } from "./defaults.js";
import { definitionCauses } from "./definition-rules.js";
import { fieldAt, fieldsOf, listAt, stringAt, stringsIn } from "./fields.js";
import type { Kind } from "./kind.js";
import { unevaluated } from "./structural-schema-rules.js";
import { schemaFromZod } from "./zod-schema.js";

export const DEFINITIONS = {
  group: API_EXTENSIONS_GROUP,
  resource: "customresourcedefinitions",
} as const;

/** Source: apiextensions-apiserver `CustomResourceCleanupFinalizer`. */
const FINALIZER = "customresourcecleanup.apiextensions.k8s.io";

/** CustomResourceDefinition. Its status is the server's: see `definitionStatuses`. */
export function customResourceDefinitionKind(rest: Pick<Kind, "setsInMotion"> = {}): Kind {
  let schema: Kind["schema"] | undefined;
  return {
    group: DEFINITIONS.group,
    versions: ["v1"],
    kind: "CustomResourceDefinition",
    plural: DEFINITIONS.resource,
    singular: "customresourcedefinition",
    shortNames: ["crd", "crds"],
    categories: ["api-extensions"],
    namespaced: false,
    builtin: true,
    subresources: { status: true, scale: false },
    generation: true,
    columns: [
      column("Created At", ({ metadata }) => metadata.creationTimestamp, {
        type: "date",
        jsonPath: ".metadata.creationTimestamp",
      }),
    ],
    get schema() {
      schema ??= schemaFromZod(CustomResourceDefinition);
      return schema;
    },
    applyDefaults: (object) => ({ ...object, spec: withDefaults(fieldsOf(object.spec)) }),
    prepareForCreate: (object) => withStoredVersions(object, []),
    prepareForUpdate: (object, before) =>
      withStoredVersions(object, stringsIn(before, "status", "storedVersions")),
    validate: (object, before) => causesOf(object, before),
    warnings: warningsOf,
    holds: {
      finalizer: FINALIZER,
      collection: (object) => ({
        group: stringAt(object, "spec", "group") ?? "",
        resource: stringAt(object, "spec", "names", "plural") ?? "",
      }),
    },
    ...rest,
  };
}

/** Source: apiextensions-apiserver `pkg/apis/apiextensions/v1/defaults.go`. */
function withDefaults(spec: ReturnType<typeof fieldsOf>) {
  const kind = stringAt(spec, "names", "kind");
  return chain(
    spec,
    (fields) => fillIn(fields, { conversion: { strategy: "None" } }),
    (fields) =>
      within(fields, "names", (names) =>
        kind ? fillIn(names, { singular: kind.toLowerCase(), listKind: `${kind}List` }) : names,
      ),
  );
}

function withStoredVersions(object: KubeObject, stored: readonly string[]): KubeObject {
  const storage = listAt(object, "spec", "versions").filter(
    (version) => fieldAt(version, "storage") === true,
  );
  const names = storage.flatMap((version) => stringAt(version, "name") ?? []);
  return {
    ...object,
    status: {
      ...fieldsOf(object.status),
      storedVersions: [...new Set([...stored, ...names])],
    },
  };
}

function causesOf(object: KubeObject, before?: KubeObject): readonly StatusCause[] {
  const read = CustomResourceDefinition.safeParse(object);
  if (!read.success) {
    return read.error.issues.map(({ path }) => fieldCause.required(fieldText(path)));
  }
  const old = before && CustomResourceDefinition.safeParse(before);
  return definitionCauses(read.data, old?.data);
}

/** `["spec", "versions", 0, "name"]` → `spec.versions[0].name`. */
function fieldText(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) =>
      typeof part === "number" ? `[${part}]` : `${index > 0 ? "." : ""}${String(part)}`,
    )
    .join("");
}

function warningsOf(object: KubeObject): readonly string[] {
  const versions = listAt(object, "spec", "versions");
  return [
    ...versions.flatMap((version, index) =>
      unevaluated(fieldAt(version, "schema", "openAPIV3Schema")).map(
        (text) => `spec.versions[${index}].schema.openAPIV3Schema: ${text}`,
      ),
    ),
    ...(stringAt(object, "spec", "conversion", "strategy") === "Webhook"
      ? [
          "spec.conversion: the webhook is not called here: objects change versions by their apiVersion alone",
        ]
      : []),
  ];
}
