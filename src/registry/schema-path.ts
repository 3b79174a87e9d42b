import { fieldAt, fieldsOf } from "./fields.js";

/** What a path in a schema leads to, or why it leads nowhere. */
export type SchemaPath =
  | { readonly ok: true; readonly schema: unknown; readonly steps: readonly string[] }
  | { readonly ok: false; readonly why: string };

const STEP = /\.([^.[\]]+)|\['((?:\\.|[^'\\])*)'\]/y;

/**
 * Follows a path such as `.spec['a.b'].c` through fields and the keys of maps.
 * Source: apiextensions-apiserver `ValidFieldPath`: syntax and texts.
 */
export function followPath(schema: unknown, path: string): SchemaPath {
  const steps: string[] = [];
  let at = schema;
  STEP.lastIndex = 0;
  while (STEP.lastIndex < path.length) {
    const from = STEP.lastIndex;
    const match = STEP.exec(path);
    if (!match) return { ok: false, why: `expected [ or . but got: ${path.slice(from)}` };
    const [, name, quoted = ""] = match;
    const step = name ?? quoted.replace(/\\(.)/g, "$1");
    const properties = fieldAt(at, "properties");
    at =
      properties === undefined ? fieldAt(at, "additionalProperties") : fieldsOf(properties)[step];
    if (typeof at !== "object") return { ok: false, why: "does not refer to a valid field" };
    steps.push(step);
  }
  return { ok: true, schema: at, steps };
}
