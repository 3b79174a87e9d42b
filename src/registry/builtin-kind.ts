import type { KubeObject } from "../api/meta.js";
import { builtinSchema } from "./builtin-schema.js";
import type { Kind } from "./kind.js";

/** A kind of Kubernetes itself, without what is the same for all of them. */
export type BuiltinKind = Pick<
  Kind,
  "group" | "versions" | "kind" | "plural" | "singular" | "namespaced" | "columns"
> &
  Partial<Omit<Kind, "schema" | "builtin">>;

/** Completes a built-in kind; what is not said is: no short names, categories, subresources, nor generation. */
export function builtinKind(kind: BuiltinKind, rest: Pick<Kind, "setsInMotion"> = {}): Kind {
  const [preferred = "", ...others] = kind.versions;
  const { convert } = kind;
  const views = new Map<string, Kind>();
  const whole: BuiltinKind = {
    ...kind,
    ...rest,
    ...(convert && { inVersion: (version: string) => views.get(version) ?? complete }),
  };
  const complete = inVersion(whole, preferred);
  if (!convert) return complete;
  for (const version of others) {
    const rules = convertedRules(kind, convert, version);
    views.set(version, inVersion({ ...whole, ...rules }, version));
  }
  return complete;
}

function inVersion(kind: BuiltinKind, version: string): Kind {
  const apiVersion = apiVersionOf(kind, version);
  return {
    shortNames: [],
    categories: [],
    subresources: { status: false, scale: false },
    generation: false,
    ...kind,
    builtin: true,
    // Expanded on first use: a cold start answers discovery without it.
    get schema() {
      return builtinSchema(apiVersion, kind.kind);
    },
  };
}

/** The rules of the preferred version for an object of another one: it is converted for them, and back. */
function convertedRules(
  kind: BuiltinKind,
  convert: NonNullable<Kind["convert"]>,
  version: string,
): Pick<Kind, "columns" | "applyDefaults" | "validate"> {
  const { columns, applyDefaults, validate } = kind;
  const own = apiVersionOf(kind, version);
  const preferred = apiVersionOf(kind, kind.versions[0] ?? "");
  const there = (object: KubeObject) => convert(object, preferred);
  return {
    columns: columns.map((column) => ({
      ...column,
      value: (object, now) => column.value(there(object), now),
    })),
    ...(applyDefaults && {
      applyDefaults: (object) => convert(applyDefaults(there(object)), own),
    }),
    ...(validate && {
      validate: (object, before) => validate(there(object), before && there(before)),
    }),
  };
}

function apiVersionOf({ group }: BuiltinKind, version: string): string {
  return group ? `${group}/${version}` : version;
}
