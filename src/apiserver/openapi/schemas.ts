import { messageNameOf } from "../../registry/builtin-schema.js";
import type { Kind } from "../../registry/kind.js";
import type { Schema } from "../../registry/schema.js";

type Json = Readonly<Record<string, unknown>>;

/**
 * `components.schemas` for these kinds. Built-in messages are named and referred to, so that a pod template is written
 * once however many kinds have one; everything else is written in place.
 */
export function openApiSchemas(
  kinds: readonly { readonly kind: Kind; readonly version: string }[],
): Readonly<Record<string, Json>> {
  const components = new Map<string, Json>();
  for (const { kind, version } of kinds) {
    const { group } = kind;
    components.set(componentName(kind, version), {
      ...convertHere(kind.schema, components),
      "x-kubernetes-group-version-kind": [{ group, version, kind: kind.kind }],
    });
  }
  return Object.fromEntries(components);
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

function convert(schema: Schema, components: Map<string, Json>): Json {
  const message = messageNameOf(schema);
  if (message) {
    const name = messageComponent(message);
    if (!components.has(name)) {
      const { description: _ofTheField, default: _alsoOfTheField, ...type } = schema;
      // A message may contain itself: it has its name before it is written out.
      components.set(name, {});
      components.set(name, convertHere(type, components));
    }
    return reference(name, schema);
  }
  if (schema["x-kubernetes-int-or-string"]) {
    const name = schema.format === "quantity" ? quantity : intOrString;
    components.set(name, { oneOf: [{ type: "string" }, { type: "integer" }] });
    return reference(name, schema);
  }
  return convertHere(schema, components);
}

const intOrString = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";
const quantity = "io.k8s.apimachinery.pkg.api.resource.Quantity";

/** In OpenAPI 3.0 nothing may stand beside a `$ref`; inside `allOf` it may. */
function reference(name: string, { description, default: value }: Schema): Json {
  const ref = { $ref: `#/components/schemas/${name}` };
  if (description === undefined && value === undefined) return ref;
  return {
    allOf: [ref],
    ...(description !== undefined && { description }),
    ...(value !== undefined && { default: value }),
  };
}

function convertHere(schema: Schema, components: Map<string, Json>): Json {
  const { properties, additionalProperties, items, ...rest } = schema;
  return {
    ...rest,
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, child]) => [name, convert(child, components)]),
      ),
    }),
    ...(additionalProperties && {
      additionalProperties: convert(additionalProperties, components),
    }),
    ...(items && { items: convert(items, components) }),
  };
}
