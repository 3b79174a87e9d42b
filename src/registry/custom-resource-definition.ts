import {
  API_EXTENSIONS_GROUP,
  CustomResourceDefinition,
} from "../api/custom-resource-definition.js";
import type { KubeObject } from "../api/meta.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";
import { hasRules } from "./cel/validation-rule.js";
import { column } from "./columns.js";
import { schemaFromDefinition } from "./custom-schema.js";
import { chain, fillIn, within } from "./defaults.js";
import { definitionCauses, schemaFields } from "./definition-rules.js";
import { fieldAt, fieldsOf, listAt, stringAt, stringsIn } from "./fields.js";
import { jsonSchemaProps } from "./json-schema-props.js";
import type { Kind } from "./kind.js";
import type { Schema } from "./schema.js";
import { unevaluated, unrecognizedFormats } from "./structural-schema-rules.js";
import { schemaFromZod } from "./zod-schema.js";

export const DEFINITIONS = {
  group: API_EXTENSIONS_GROUP,
  resource: "customresourcedefinitions",
} as const;

/** Source: apiextensions-apiserver `CustomResourceCleanupFinalizer`. */
const FINALIZER = "customresourcecleanup.apiextensions.k8s.io";

interface DefinitionOptions extends Pick<Kind, "setsInMotion"> {
  /** Groups of the server's own kinds, which no definition may add to. */
  readonly ownGroups?: readonly string[];
}

/** CustomResourceDefinition. Its status is the server's: see `definitionStatuses`. */
export function customResourceDefinitionKind({
  ownGroups = [],
  ...rest
}: DefinitionOptions = {}): Kind {
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
      schema ??= withSchema(
        schemaFromZod(CustomResourceDefinition),
        ["spec", "versions", "schema", "openAPIV3Schema"],
        jsonSchemaProps,
      );
      return schema;
    },
    applyDefaults: (object) => ({ ...object, spec: withDefaults(fieldsOf(object.spec)) }),
    prepareForCreate: (object) => withStoredVersions(object, []),
    prepareForUpdate: (object, before) =>
      withStoredVersions(object, stringsIn(before, "status", "storedVersions")),
    validate: (object, before) => [
      ...causesOf(object, before),
      ...ownGroupCauses(object, ownGroups),
    ],
    async validateRules(object) {
      const { refusedRules } = await import("./cel/definition-rules.js");
      return readVersions(object).flatMap(({ field, schema }) => refusedRules(schema, field));
    },
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

/** `schema` with another schema for the field of that path, which goes through the items of lists. */
function withSchema(schema: Schema, path: readonly string[], replacement: Schema): Schema {
  const [first, ...rest] = path;
  if (first === undefined) return replacement;
  if (schema.items) return { ...schema, items: withSchema(schema.items, path, replacement) };
  const inner = withSchema(schema.properties?.[first] ?? {}, rest, replacement);
  return { ...schema, properties: { ...schema.properties, [first]: inner } };
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

function ownGroupCauses(object: KubeObject, ownGroups: readonly string[]): readonly StatusCause[] {
  if (!ownGroups.includes(stringAt(object, "spec", "group") ?? "")) return [];
  return [fieldCause.forbidden("spec.group", "the group belongs to the fleet itself")];
}

/** `["spec", "versions", 0, "name"]` → `spec.versions[0].name`. */
function fieldText(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) =>
      typeof part === "number" ? `[${part}]` : `${index > 0 ? "." : ""}${String(part)}`,
    )
    .join("");
}

interface VersionSchema {
  /** Where it stands in the definition. */
  readonly field: string;
  readonly openApi: unknown;
  readonly schema: Schema;
}

/** The schemas of a definition's versions; one for all where they are the same. */
function readVersions(object: KubeObject): readonly VersionSchema[] {
  const { data } = CustomResourceDefinition.safeParse(object);
  return (data ? schemaFields(data.spec.versions) : []).map(({ field, schema }) => ({
    field,
    openApi: schema,
    schema: schemaFromDefinition(schema),
  }));
}

async function warningsOf(object: KubeObject): Promise<readonly string[]> {
  const versions = readVersions(object);
  const withRules = versions.filter(({ schema }) => hasRules(schema));
  const { ignoredRules } =
    withRules.length > 0 ? await import("./cel/definition-rules.js") : { ignoredRules: () => [] };
  return [
    ...new Set(versions.flatMap(({ openApi }) => unrecognizedFormats(openApi))),
    ...versions.flatMap(({ openApi, field }) =>
      unevaluated(openApi).map((text) => `${field}: ${text}`),
    ),
    ...withRules.flatMap(({ schema, field }) => ignoredRules(schema, field)),
    ...(stringAt(object, "spec", "conversion", "strategy") === "Webhook"
      ? [
          "spec.conversion: the webhook is not called here: objects change versions by their apiVersion alone",
        ]
      : []),
  ];
}
