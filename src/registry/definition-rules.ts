import type {
  CustomResourceDefinition,
  DefinitionVersion,
} from "../api/custom-resource-definition.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";
import { APPROVAL_ANNOTATION, apiApproval } from "./api-approval.js";
import { labelCauses, namesCauses } from "./definition-names-rules.js";
import { sameJson } from "./fields.js";
import { parseJsonPath } from "./json-path.js";
import { selectableFieldCauses } from "./selectable-field-rules.js";
import { structuralSchemaCauses } from "./structural-schema-rules.js";

const SCOPES: readonly string[] = ["Cluster", "Namespaced"];
const STRATEGIES: readonly string[] = ["None", "Webhook"];
const COLUMN_TYPES: readonly string[] = ["boolean", "date", "integer", "number", "string"];

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const SUBDOMAIN_TEXT =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

/**
 * What is wrong with a definition, in the words of a real server; rules in CEL are compiled elsewhere.
 * Source: apiextensions-apiserver `pkg/apis/apiextensions/validation/validation.go`.
 */
export function definitionCauses(
  definition: CustomResourceDefinition,
  before?: CustomResourceDefinition,
): readonly StatusCause[] {
  const { spec } = definition;
  return [
    ...nameCauses(definition),
    ...groupCauses(spec.group),
    ...approvalCauses(definition, before),
    ...chosenFrom("spec.scope", spec.scope, SCOPES),
    ...versionsCauses(spec.versions),
    ...namesCauses(spec.names),
    ...conversionCauses(spec.conversion),
    ...(spec.preserveUnknownFields
      ? [
          fieldCause.invalid(
            "spec.preserveUnknownFields",
            true,
            "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead",
          ),
        ]
      : []),
    ...(before ? updateCauses(definition, before) : []),
  ];
}

function nameCauses({ metadata, spec }: CustomResourceDefinition): readonly StatusCause[] {
  const expected = `${spec.names.plural}.${spec.group}`;
  if (metadata.name === expected) return [];
  return [
    fieldCause.invalid("metadata.name", metadata.name, 'must be spec.names.plural+"."+spec.group'),
  ];
}

function groupCauses(group: string): readonly StatusCause[] {
  if (group === "") return [fieldCause.required("spec.group")];
  if (!SUBDOMAIN.test(group)) return [fieldCause.invalid("spec.group", group, SUBDOMAIN_TEXT)];
  if (!group.includes(".")) {
    return [fieldCause.invalid("spec.group", group, "should be a domain with at least one dot")];
  }
  return [];
}

/** What an update leaves as it was passes. */
function approvalCauses(
  { metadata, spec }: CustomResourceDefinition,
  before?: CustomResourceDefinition,
): readonly StatusCause[] {
  const annotation = metadata.annotations?.[APPROVAL_ANNOTATION];
  const approval = apiApproval(spec.group, annotation);
  const known =
    before && apiApproval(before.spec.group, before.metadata.annotations?.[APPROVAL_ANNOTATION]);
  if (!approval || approval.reason === known?.reason) return [];
  const field = `metadata.annotations[${APPROVAL_ANNOTATION}]`;
  if (approval.reason === "MissingAnnotation")
    return [fieldCause.required(field, approval.message)];
  if (approval.reason !== "InvalidAnnotation") return [];
  return [fieldCause.invalid(field, annotation, approval.message)];
}

function chosenFrom(field: string, value: string, known: readonly string[]) {
  if (value === "") return [fieldCause.required(field)];
  return known.includes(value) ? [] : [fieldCause.notSupported(field, value, known)];
}

function versionsCauses(versions: readonly DefinitionVersion[]): readonly StatusCause[] {
  const names = versions.map(({ name }) => name);
  const causes = [
    ...versions.flatMap(versionCauses),
    ...schemaFields(versions).flatMap(({ field, schema }) =>
      schema ? structuralSchemaCauses(schema, field) : [fieldCause.required(field)],
    ),
    ...selectableCauses(versions),
  ];
  if (new Set(names).size < names.length) {
    causes.push(fieldCause.invalid("spec.versions", names, "must contain unique version names"));
  }
  if (versions.filter(({ storage }) => storage).length !== 1) {
    const why = "must have exactly one version marked as storage version";
    causes.push(fieldCause.invalid("spec.versions", names, why));
  }
  return causes;
}

/**
 * Where the schemas of versions stand in messages. Source: apiextensions-apiserver moves what is the same in all
 * versions to the top before it looks at it.
 */
export function schemaFields(
  versions: readonly DefinitionVersion[],
): readonly { readonly field: string; readonly schema: OpenApiSchema | undefined }[] {
  const schemas = versions.map(({ schema }) => schema?.openAPIV3Schema);
  const [first] = schemas;
  if (first !== undefined && schemas.every((schema) => sameJson(schema, first))) {
    return [{ field: "spec.validation.openAPIV3Schema", schema: first }];
  }
  return schemas.map((schema, index) => ({
    field: `spec.versions[${index}].schema.openAPIV3Schema`,
    schema,
  }));
}

function selectableCauses(versions: readonly DefinitionVersion[]): readonly StatusCause[] {
  const [first] = versions;
  if (first && versions.every((each) => sameJson(each.selectableFields, first.selectableFields))) {
    return selectableFieldCauses(first, "spec.selectableFields");
  }
  return versions.flatMap((version, index) =>
    selectableFieldCauses(version, `spec.versions[${index}].selectableFields`),
  );
}

type OpenApiSchema = Readonly<Record<string, unknown>>;

function versionCauses(version: DefinitionVersion, index: number): StatusCause[] {
  const field = `spec.versions[${index}]`;
  const { name, additionalPrinterColumns = [] } = version;
  return [
    ...labelCauses(`${field}.name`, name),
    ...additionalPrinterColumns.flatMap((column, at) => [
      ...(column.name
        ? []
        : [fieldCause.required(`${field}.additionalPrinterColumns[${at}].name`)]),
      ...columnTypeCauses(`${field}.additionalPrinterColumns[${at}].type`, column.type),
      ...pathCauses(`${field}.additionalPrinterColumns[${at}].jsonPath`, column.jsonPath),
    ]),
    ...scaleCauses(version, `${field}.subresources.scale`),
  ];
}

function columnTypeCauses(field: string, type: string): readonly StatusCause[] {
  if (type === "") return [fieldCause.required(field)];
  if (COLUMN_TYPES.includes(type)) return [];
  return [fieldCause.invalid(field, type, `must be one of ${COLUMN_TYPES.join(",")}`)];
}

function scaleCauses({ subresources }: DefinitionVersion, field: string): readonly StatusCause[] {
  const { scale } = subresources ?? {};
  if (!scale) return [];
  const half = (path: string, value: string, start: string) => {
    if (value === "") return [fieldCause.required(`${field}.${path}`)];
    if (value.startsWith(start)) return pathCauses(`${field}.${path}`, value);
    return [
      fieldCause.invalid(
        `${field}.${path}`,
        value,
        `should be a json path under ${start.slice(0, -1)}`,
      ),
    ];
  };
  return [
    ...half("specReplicasPath", scale.specReplicasPath, ".spec."),
    ...half("statusReplicasPath", scale.statusReplicasPath, ".status."),
  ];
}

function pathCauses(field: string, path: string): readonly StatusCause[] {
  if (path === "") return [fieldCause.required(field)];
  if (!path.startsWith(".")) {
    return [fieldCause.invalid(field, path, "must be a simple json path starting with .")];
  }
  return parseJsonPath(path) ? [] : [fieldCause.invalid(field, path, "is an invalid path")];
}

function conversionCauses(
  conversion: CustomResourceDefinition["spec"]["conversion"],
): readonly StatusCause[] {
  if (!conversion) return [];
  const { strategy, webhook } = conversion;
  const causes = [...chosenFrom("spec.conversion.strategy", strategy, STRATEGIES)];
  if (strategy === "Webhook" && !webhook) {
    const why = "required when strategy is set to Webhook";
    causes.push(fieldCause.required("spec.conversion.webhook", why));
  }
  if (strategy === "None" && webhook) {
    const why = "should not be set when strategy is not set to Webhook";
    causes.push(fieldCause.forbidden("spec.conversion.webhook", why));
  }
  return causes;
}

function updateCauses(
  { spec, status }: CustomResourceDefinition,
  before: CustomResourceDefinition,
): readonly StatusCause[] {
  const immutable = (field: string, value: string, old: string) =>
    value === old ? [] : [fieldCause.invalid(field, value, "field is immutable")];
  const names = new Set(spec.versions.map(({ name }) => name));
  const stored = status?.storedVersions ?? before.status?.storedVersions ?? [];
  return [
    ...immutable("spec.scope", spec.scope, before.spec.scope),
    ...immutable("spec.names.kind", spec.names.kind, before.spec.names.kind),
    ...stored.flatMap((version, index) =>
      names.has(version)
        ? []
        : [
            fieldCause.invalid(
              `status.storedVersions[${index}]`,
              version,
              "missing from spec.versions; v1 was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in v1 and removes v1 from status.storedVersions".replaceAll(
                "v1",
                version,
              ),
            ),
          ],
    ),
  ];
}
