import type { KubeObject } from "../api/meta.js";
import { badRequest } from "../api/status-error.js";
import type { Kind } from "../registry/kind.js";

export type FieldTest = (object: KubeObject) => boolean;

const METADATA_FIELDS = ["metadata.name", "metadata.namespace"];
/** Fields beyond the metadata that may select objects of a kind. Source: kubernetes `pkg/apis/core/v1/conversion.go`. */
const FIELDS_BY_KIND: Readonly<Record<string, readonly string[]>> = {
  "/Event": [
    "involvedObject.kind",
    "involvedObject.namespace",
    "involvedObject.name",
    "involvedObject.uid",
    "involvedObject.apiVersion",
    "involvedObject.resourceVersion",
    "involvedObject.fieldPath",
    "reason",
    "reportingComponent",
    "source.component",
    "type",
  ],
  "/Namespace": ["status.phase"],
  "/Pod": ["spec.nodeName", "spec.restartPolicy", "spec.serviceAccountName", "status.phase"],
  "/Secret": ["type"],
};
/** `source` of an event is its component. */
const ALIASES: Readonly<Record<string, string>> = { source: "source.component" };

interface Term {
  readonly field: string;
  readonly equal: boolean;
  readonly value: string;
}

/**
 * The `fieldSelector` query parameter as a test of an object. An absent field equals the empty text.
 *
 * @throws StatusError 400 for a field that cannot select, or a text that is no selector
 */
export function parseFieldSelector(text: string, kind: Kind): FieldTest {
  const terms = splitTerms(text).map((term) => parseTerm(term, kind));
  return (object) =>
    terms.every(({ field, equal, value }) => (at(object, field) === value) === equal);
}

/** Splits at commas that no backslash escapes. */
function splitTerms(text: string): readonly string[] {
  return (text.match(/(?:\\.|[^,\\])+/g) ?? []).filter((term) => term.trim());
}

function parseTerm(term: string, kind: Kind): Term {
  const match = /^([^=!]+)(!=|==|=)(.*)$/s.exec(term.trim());
  if (!match) {
    throw badRequest(`invalid selector: '${term}'; can't understand '${term}'`);
  }
  const [, name = "", operator, value = ""] = match;
  const field = ALIASES[name] ?? name;
  if (!selectable(kind).includes(field)) throw unknownField(kind, name);
  return { field, equal: operator !== "!=", value: value.replace(/\\(.)/g, "$1") };
}

function selectable(kind: Kind): readonly string[] {
  const own = kind.selectableFields ?? FIELDS_BY_KIND[`${kind.group}/${kind.kind}`] ?? [];
  return [...METADATA_FIELDS, ...own];
}

function unknownField(kind: Kind, field: string) {
  if (!kind.builtin) return badRequest(`field label not supported: ${field}`);
  const known = METADATA_FIELDS.map((name) => `"${name}"`).join(", ");
  return badRequest(`"${field}" is not a known field selector: only ${known}`);
}

function at(object: KubeObject, path: string): string {
  let value: unknown = object;
  for (const segment of path.split(".")) {
    if (typeof value !== "object" || value === null) return "";
    value = Object.entries(value).find(([key]) => key === segment)?.[1];
  }
  return typeof value === "object" || value === undefined ? "" : String(value);
}
