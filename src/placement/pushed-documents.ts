import { KubeObject } from "../api/meta.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";

/** One object that somebody pushes, and where it stands, such as `document 2` or `document 1, item 3`. */
export interface PushedDocument {
  readonly where: string;
  readonly value: unknown;
}

/** What a document turned out to be: an object of any kind, or what is wrong with its form. */
export type PushedObject =
  | { readonly ok: true; readonly where: string; readonly object: KubeObject }
  | { readonly ok: false; readonly causes: readonly StatusCause[] };

/** The documents of a body: one, or a list of them; an object of a kind such as `List` counts as its items. */
export function pushedDocuments(body: unknown): readonly PushedDocument[] {
  if (body === undefined || body === null) return [];
  const values: readonly unknown[] = Array.isArray(body) ? body : [body];
  return values.flatMap((value, index) => {
    const where = `document ${index + 1}`;
    const items = itemsOf(value);
    if (!items) return [{ where, value }];
    return items.map((item, position) => ({
      where: `${where}, item ${position + 1}`,
      value: item,
    }));
  });
}

function itemsOf(value: unknown): readonly unknown[] | undefined {
  if (!isFields(value)) return undefined;
  const { kind, items } = value;
  const isList = typeof kind === "string" && kind.endsWith("List") && Array.isArray(items);
  return isList ? items : undefined;
}

/** Checks that a document is an object with a kind and a name. Nulls mean the same as absence. */
export function pushedObject({ where, value }: PushedDocument): PushedObject {
  const fields = withoutNulls(value);
  if (!isFields(fields)) {
    return { ok: false, causes: [fieldCause.invalid(where, value, "must be an object")] };
  }
  const causes = missingFields(where, fields);
  if (causes.length > 0) return { ok: false, causes };
  const parsed = KubeObject.safeParse(fields);
  if (parsed.success) return { ok: true, where, object: parsed.data };
  return {
    ok: false,
    causes: parsed.error.issues.map(({ path, message }) => {
      const found = path.reduce<unknown>(
        (inner, key) => (isFields(inner) ? inner[String(key)] : undefined),
        fields,
      );
      return fieldCause.invalid(`${where}: ${path.join(".")}`, found, message);
    }),
  };
}

function missingFields(where: string, fields: Fields): readonly StatusCause[] {
  const name = isFields(fields.metadata) ? fields.metadata.name : undefined;
  const needed = { apiVersion: fields.apiVersion, kind: fields.kind, "metadata.name": name };
  return Object.entries(needed)
    .filter(([, found]) => found === undefined || found === "")
    .map(([field]) => fieldCause.required(`${where}: ${field}`));
}

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isFields(value)) return value;
  const kept = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutNulls(inner)]));
}
