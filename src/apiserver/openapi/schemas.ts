import {
  type Descriptions,
  type FieldDescription,
  modelOfKind,
  modelOfMessage,
} from "../../registry/builtin-descriptions.js";
import { messageNameOf } from "../../registry/builtin-schema.js";
import type { Kind } from "../../registry/kind.js";
import type { Schema } from "../../registry/schema.js";

type Json = Readonly<Record<string, unknown>>;

/** Where the schemas of one document go, and what they say of fields that have no description of their own. */
interface Target {
  readonly components: Map<string, Json>;
  readonly descriptions: Descriptions;
}

/**
 * `components.schemas` for these kinds. Built-in messages are named and referred to, so that a pod template is written
 * once however many kinds have one; everything else is written in place.
 */
export function openApiSchemas(
  kinds: readonly { readonly kind: Kind; readonly version: string }[],
  descriptions: Descriptions,
): Readonly<Record<string, Json>> {
  const to: Target = { components: new Map(), descriptions };
  for (const { kind, version } of kinds) {
    const { group } = kind;
    to.components.set(componentName(kind, version), {
      ...describedType(
        kind.schema,
        to,
        kind.builtin ? modelOfKind(kind, version, descriptions) : "",
      ),
      "x-kubernetes-group-version-kind": [{ group, version, kind: kind.kind }],
    });
  }
  return Object.fromEntries(to.components);
}

/** `io.k8s.apps.v1.Deployment`: the group's domain reversed, as a real server names its schemas. */
export function componentName({ group, kind }: Kind, version: string): string {
  const domain = group === "" ? "io.k8s.core" : group.split(".").reverse().join(".");
  return `${domain.includes(".") ? domain : `io.k8s.${domain}`}.${version}.${kind}`;
}

/** `core/v1.Container` → `io.k8s.api.core.v1.Container`. */
function messageComponent(message: string): string {
  return `io.k8s.api.${message.replace("/", ".")}`;
}

function convert(schema: Schema, to: Target, about: FieldDescription): Json {
  const message = messageNameOf(schema);
  const [text = schema.description, model] = about;
  if (message) {
    const name = messageComponent(message);
    if (!to.components.has(name)) {
      const { description: _ofTheField, default: _alsoOfTheField, ...type } = schema;
      // A message may contain itself: it has its name before it is written out.
      to.components.set(name, {});
      to.components.set(name, describedType(type, to, model ?? modelOfMessage(message)));
    }
    return reference(name, text, schema);
  }
  if (schema["x-kubernetes-int-or-string"]) {
    const name = schema.format === "quantity" ? quantity : intOrString;
    to.components.set(name, { oneOf: [{ type: "string" }, { type: "integer" }] });
    return reference(name, text, schema);
  }
  const described = text === undefined ? schema : { ...schema, description: text };
  return convertHere(described, to, model);
}

const intOrString = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";
const quantity = "io.k8s.apimachinery.pkg.api.resource.Quantity";

/** In OpenAPI 3.0 nothing may stand beside a `$ref`; inside `allOf` it may. */
function reference(
  name: string,
  description: string | undefined,
  { default: value }: Schema,
): Json {
  const ref = { $ref: `#/components/schemas/${name}` };
  if (description === undefined && value === undefined) return ref;
  return {
    allOf: [ref],
    ...(description !== undefined && { description }),
    ...(value !== undefined && { default: value }),
  };
}

/**
 * What is said of a field: its own description; or else, as the models have none for a field of another type, what is
 * said of that type: its first sentence where the rest follows in a schema of its own.
 */
function aboutField(
  schema: Schema,
  to: Target,
  [said, model]: FieldDescription = [],
): FieldDescription {
  const own = said || schema.description;
  if (own !== undefined) return [own, model];
  const message = messageNameOf(schema);
  const ofType = to.descriptions[model ?? modelOfMessage(message ?? "")]?.description;
  return [message ? ofType?.replace(REST, "") : ofType, model];
}

/** What follows the first sentence. */
const REST = /(?<=\.)\s.*$/s;

/** A schema of its own, with its model's description unless it has one. */
function describedType(schema: Schema, to: Target, model: string): Json {
  const description = schema.description ?? to.descriptions[model]?.description;
  return convertHere({ ...schema, ...(description !== undefined && { description }) }, to, model);
}

function convertHere(schema: Schema, to: Target, model?: string): Json {
  const { properties, additionalProperties, items, ...rest } = schema;
  const fields = to.descriptions[model ?? ""]?.fields ?? {};
  const element: FieldDescription = [undefined, model];
  return {
    ...rest,
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, child]) => [
          name,
          convert(child, to, aboutField(child, to, fields[name])),
        ]),
      ),
    }),
    ...(additionalProperties && {
      additionalProperties: convert(additionalProperties, to, element),
    }),
    ...(items && { items: convert(items, to, element) }),
  };
}
