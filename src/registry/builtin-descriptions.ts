import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { Kind } from "./kind.js";

/** A field's description, and the name of the model that says what is below it. */
export type FieldDescription = readonly [
  description?: string | undefined,
  model?: string | undefined,
];

/** What is said of a type of Kubernetes and of its fields, in Kubernetes' own words. */
export interface ModelDescription {
  readonly description?: string;
  readonly fields: Readonly<Record<string, FieldDescription>>;
}

/** By the type's name with its version: `V1PodSpec`; with the group before it where two groups share a name. */
export type Descriptions = Readonly<Record<string, ModelDescription>>;

/** The build writes it beside the bundle; see `tools/builtin-descriptions.mjs`. */
const FILE = new URL("./builtin-descriptions.json.gz", import.meta.url);

let known: Descriptions | undefined;

/**
 * The descriptions of the built-in kinds. Read when somebody asks for an OpenAPI document, and kept: a cold start does
 * without. Empty where nothing was built, as in tests of the sources: the fields are told without descriptions then.
 */
export function builtinDescriptions(): Descriptions {
  known ??= readDescriptions();
  return known;
}

function readDescriptions(): Descriptions {
  try {
    return JSON.parse(gunzipSync(readFileSync(FILE)).toString("utf8")) as Descriptions;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
}

/** The name of a kind's own model. */
export function modelOfKind(
  { group, kind }: Pick<Kind, "group" | "kind">,
  version: string,
  descriptions: Descriptions,
): string {
  const [domain = "core"] = (group || "core").split(".");
  const grouped = capitalized(domain) + capitalized(version) + kind;
  return Object.hasOwn(descriptions, grouped) ? grouped : capitalized(version) + kind;
}

/** The name of a message's model where no field leads to it: `meta/v1.ObjectMeta` → `V1ObjectMeta`. */
export function modelOfMessage(message: string): string {
  return capitalized(message.slice(message.lastIndexOf("/") + 1).replace(".", ""));
}

function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
