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
  const [version = ""] = kind.versions;
  const apiVersion = kind.group ? `${kind.group}/${version}` : version;
  return {
    shortNames: [],
    categories: [],
    subresources: { status: false, scale: false },
    generation: false,
    ...kind,
    ...rest,
    builtin: true,
    // Expanded on first use: a cold start answers discovery without it.
    get schema() {
      return builtinSchema(apiVersion, kind.kind);
    },
  };
}
