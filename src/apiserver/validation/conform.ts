import { isJsonObject, type JsonObject } from "../../api/json.js";
import type { KubeObject } from "../../api/meta.js";
import {
  badRequest,
  fieldCause,
  invalid,
  type StatusCause,
  type StatusError,
} from "../../api/status-error.js";
import { objectMetaSchema } from "../../registry/builtin-schema.js";
import { withSchemaDefaults } from "../../registry/defaults.js";
import type { Kind } from "../../registry/kind.js";
import { goDecodingError } from "./go-decoding.js";
import { prune } from "./prune.js";
import { structuralCauses } from "./structural.js";

/** What becomes of unknown fields: refused, reported in a `Warning` header, or dropped in silence. */
export type FieldValidation = "Strict" | "Warn" | "Ignore";

/**
 * The part of a request body that fits the kind's schema, and texts for `Warning` headers. Unknown fields and nulls are
 * left out; the input is not changed. Checks types, and for kinds that behave like custom resources also required
 * fields, enums, patterns and limits.
 *
 * @throws StatusError what `cannotDecode` makes of unknown fields under `Strict` and of wrong types in built-in kinds or
 *   metadata, by default a 400; 422 with one cause per field for everything else.
 *
 * Source: kubectl-observable behaviour of kube-apiserver 1.35 (strict decoding, structural schema pruning).
 */
export function conform(input: {
  kind: Kind;
  object: Record<string, unknown>;
  apiVersion: string;
  fieldValidation: FieldValidation;
  /** The object that it replaces. */
  before?: KubeObject | undefined;
  /** The refusal of something whose type cannot even be read, given why. */
  cannotDecode?: ((why: string) => StatusError) | undefined;
}): { object: KubeObject; warnings: readonly string[] } {
  const { kind, object, apiVersion, fieldValidation, before } = input;
  const cannotDecode =
    input.cannotDecode ?? ((why: string) => cannotBeHandled(kind, apiVersion, why));
  const error = decodingError(kind, object);
  if (error) throw cannotDecode(error);

  const pruned = prune(object, kind.schema);
  const unknown = pruned.unknownFields.map((field) => `unknown field ${JSON.stringify(field)}`);
  if (unknown.length > 0 && fieldValidation === "Strict") {
    throw cannotDecode(`strict decoding error: ${unknown.join(", ")}`);
  }
  const conforming = identified(pruned.value, kind, apiVersion);
  if (!kind.builtin) {
    const causes = structuralCauses(withDefaults(kind, conforming), kind.schema, before);
    if (causes.length > 0) {
      const all = [...causes, ...(kind.validateRules ? rulesNotChecked(causes) : [])];
      throw invalid(kind, conforming.metadata.name ?? "", all);
    }
  }
  return { object: conforming, warnings: fieldValidation === "Warn" ? unknown : [] };
}

/** Values that rules cannot be asked about. Source: apiextensions-apiserver `hasBlockingErr`. */
const BLOCKING: readonly string[] = [
  "FieldValueNotSupported",
  "FieldValueRequired",
  "FieldValueTooLong",
  "FieldValueTooMany",
  "FieldValueTypeInvalid",
];

function rulesNotChecked(causes: readonly StatusCause[]): readonly StatusCause[] {
  if (!causes.some(({ reason }) => BLOCKING.includes(reason))) return [];
  const why =
    "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation";
  return [fieldCause.invalid("<nil>", null, why)];
}

/** A required field that has a default may be left out: it is there before the object is stored. */
function withDefaults({ schema }: Kind, object: KubeObject): JsonObject {
  const { metadata: _metadata, ...rest } = object;
  const defaulted = withSchemaDefaults(schema, rest);
  return isJsonObject(defaulted) ? defaulted : rest;
}

/** Metadata is decoded into a Go struct whatever the kind is; the rest only for built-in kinds. */
function decodingError(kind: Kind, object: JsonObject): string | undefined {
  if (kind.builtin) return goDecodingError(object, kind.schema, kind.kind);
  if (object.metadata === undefined) return undefined;
  return goDecodingError(object.metadata, objectMetaSchema());
}

function cannotBeHandled(kind: Kind, apiVersion: string, text: string) {
  const version = apiVersion.slice(apiVersion.indexOf("/") + 1);
  return badRequest(
    `${kind.kind} in version "${version}" cannot be handled as a ${kind.kind}: ${text}`,
  );
}

function identified(object: JsonObject, kind: Kind, apiVersion: string): KubeObject {
  // A name may still be missing here (generateName); the types were checked above.
  const metadata = (object.metadata ?? {}) as KubeObject["metadata"];
  return { ...object, apiVersion, kind: kind.kind, metadata };
}
