import type {
  CustomResourceDefinition,
  DefinitionVersion,
  PrinterColumn,
} from "../api/custom-resource-definition.js";
import { StatusError } from "../api/status-error.js";
import { ageText } from "./age.js";
import { hasRules } from "./cel/validation-rule.js";
import { ageColumn, column } from "./columns.js";
import { schemaFromDefinition } from "./custom-schema.js";
import { withSchemaDefaults } from "./defaults.js";
import { fieldsOf } from "./fields.js";
import { findAll, parseJsonPath } from "./json-path.js";
import type { Column, Kind } from "./kind.js";
import { comparePreference } from "./version-preference.js";

/**
 * The kind that a CustomResourceDefinition defines; undefined while it serves no version. Versions may differ in schema,
 * columns and subresources; conversion renames apiVersion, whatever strategy the definition names.
 */
export function customKind(
  definition: CustomResourceDefinition,
  rest: Pick<Kind, "setsInMotion"> = {},
): Kind | undefined {
  const { versions } = definition.spec;
  const served = versions
    .filter((version) => version.served)
    .sort((a, b) => comparePreference(a.name, b.name));
  const views = new Map(
    served.map((version) => [version.name, kindIn(definition, version, served, rest)]),
  );
  const [preferred] = views.values();
  if (!preferred) return undefined;
  return { ...preferred, inVersion: (version) => views.get(version) ?? preferred };
}

function kindIn(
  definition: CustomResourceDefinition,
  version: DefinitionVersion,
  served: readonly DefinitionVersion[],
  rest: Pick<Kind, "setsInMotion">,
): Kind {
  const { group, names, scope, versions } = definition.spec;
  const { subresources } = version;
  const schema = schemaFromDefinition(version.schema?.openAPIV3Schema);
  const storage = versions.find((candidate) => candidate.storage);
  return {
    group,
    versions: served.map(({ name }) => name),
    ...(storage && { storageVersion: storage.name }),
    kind: names.kind,
    plural: names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    namespaced: scope === "Namespaced",
    builtin: false,
    subresources: {
      status: subresources?.status !== undefined,
      scale: subresources?.scale !== undefined,
    },
    ...(subresources?.scale && { scalePaths: subresources.scale }),
    generation: true,
    selectableFields: (version.selectableFields ?? []).map(({ jsonPath }) =>
      jsonPath.replace(/^\./, ""),
    ),
    columns: columnsOf(version.additionalPrinterColumns),
    schema,
    applyDefaults: (object) => ({
      ...object,
      ...fieldsOf(withSchemaDefaults(schema, object)),
      metadata: object.metadata,
    }),
    prepareForCreate(object) {
      if (definition.metadata.deletionTimestamp) throw terminating();
      return object;
    },
    ...(hasRules(schema) && {
      validateRules: async (object, before) => {
        const { ruleCauses } = await import("./cel/rule-causes.js");
        return ruleCauses(schema, object, before);
      },
    }),
    ...(version.deprecated && { deprecation: deprecation(definition, version) }),
    ...rest,
  };
}

/** Source: apiextensions-apiserver `customresource_handler.go`. */
function terminating(): StatusError {
  return new StatusError(
    405,
    "MethodNotAllowed",
    "create not allowed while custom resource definition is terminating",
    {},
  );
}

/** Source: apiextensions-apiserver `customresource_handler.go`. */
function deprecation(
  { spec }: CustomResourceDefinition,
  { name, deprecationWarning }: DefinitionVersion,
): string {
  const [instead] = spec.versions
    .filter(({ served, deprecated }) => served && !deprecated)
    .map((version) => version.name)
    .filter((other) => comparePreference(other, name) < 0)
    .sort(comparePreference);
  const advice = instead === undefined ? "" : `; use ${spec.group}/${instead} ${spec.names.kind}`;
  return deprecationWarning ?? `${spec.group}/${name} ${spec.names.kind} is deprecated${advice}`;
}

/** Source: apiextensions-apiserver `tableconvertor`: the age alone, when the definition names no columns. */
function columnsOf(columns: readonly PrinterColumn[] = []): readonly Column[] {
  return columns.length === 0 ? [ageColumn("date")] : columns.map(columnOf);
}

const TYPES = ["string", "integer", "number", "boolean", "date"] as const;

function columnOf({ name, type, description, priority = 0, jsonPath }: PrinterColumn): Column {
  const path = parseJsonPath(jsonPath);
  const known = TYPES.find((each) => each === type) ?? "string";
  return column(
    name,
    (object, now) => (path ? cell(known, findAll(path, object)[0], now) : undefined),
    {
      type: known,
      priority: priority > 0 ? 1 : 0,
      ...(description !== undefined && { description }),
      jsonPath,
    },
  );
}

/** A value of another type than the column's prints blank, as on a real server; texts take any value. */
function cell(
  type: Column["type"],
  value: unknown,
  now: Date,
): string | number | boolean | undefined {
  switch (type) {
    case "string":
      if (value === undefined) return undefined;
      if (value === null) return "<no value>";
      return typeof value === "object" ? JSON.stringify(value) : String(value);
    case "integer":
      return typeof value === "number" ? Math.trunc(value) : undefined;
    case "number":
      return typeof value === "number" ? value : undefined;
    case "boolean":
      return typeof value === "boolean" ? value : undefined;
    case "date":
      return typeof value === "string" ? dateText(value, now) : undefined;
  }
}

function dateText(value: string, now: Date): string {
  return Number.isNaN(Date.parse(value)) ? "<invalid>" : ageText(value, now);
}
