import type { Action, Kind, ObjectView } from "../../registry/kind.js";
import type { Schema } from "../../registry/schema.js";
import { componentName } from "./schemas.js";

/** A kind in one of its versions. */
export interface ServedKind {
  readonly kind: Kind;
  readonly version: string;
}

type Json = Readonly<Record<string, unknown>>;

const OBJECT_TYPES = ["application/json", "application/yaml"];

/**
 * What can be asked of a kind, by path: patches for every kind, because kubectl looks for them; and whatever plain HTTP
 * needs for the kinds that have actions or views.
 *
 * @param base `api/v1`, or `apis/apps/v1`
 */
export function openApiPaths(base: string, served: ServedKind): Json {
  const { kind } = served;
  const { actions = [], views = [] } = kind;
  const collection = `/${base}${kind.namespaced ? "/namespaces/{namespace}" : ""}/${kind.plural}`;
  const object = `${collection}/{name}`;
  const patch = patchOperation(served);
  if (actions.length + views.length === 0) return { [object]: { patch } };
  const below = (name: string, item: Json) => [
    `${object}/${name}`,
    { parameters: pathParameters(kind, true), ...item },
  ];
  return {
    [collection]: { parameters: pathParameters(kind, false), ...collectionOperations(served) },
    [object]: {
      parameters: pathParameters(kind, true),
      get: { description: `The ${kind.kind}.`, responses: objectAnswer("200", served) },
      patch,
    },
    ...Object.fromEntries(actions.map((action) => below(action.name, actionItem(action)))),
    ...Object.fromEntries(views.map((view) => below(view.name, viewItem(view)))),
  };
}

function pathParameters({ namespaced }: Kind, named: boolean): readonly Json[] {
  const names = [...(namespaced ? ["namespace"] : []), ...(named ? ["name"] : [])];
  return names.map((name) => ({ name, in: "path", required: true, schema: { type: "string" } }));
}

function patchOperation({ kind, version }: ServedKind): Json {
  const fieldValidation = { name: "fieldValidation", in: "query", schema: { type: "string" } };
  return {
    "x-kubernetes-group-version-kind": { group: kind.group, version, kind: kind.kind },
    parameters: [fieldValidation],
    responses: { "200": { description: "OK" } },
  };
}

function collectionOperations(served: ServedKind): Json {
  const { kind } = served.kind;
  return {
    get: {
      description: `Lists objects of kind ${kind}, or follows them: one JSON event per line.`,
      parameters: [watchParameter],
      responses: { "200": { description: `${kind}List` } },
    },
    post: {
      description: `Creates a ${kind}.`,
      requestBody: { required: true, content: content(OBJECT_TYPES, reference(served)) },
      responses: objectAnswer("201", served),
    },
  };
}

function actionItem({ description, body, make }: Action): Json {
  const made = { description: "The object that was made." };
  const there = { description: "The object that was there already." };
  const done = { description: "The object as it is now." };
  return {
    post: {
      ...(description !== undefined && { description }),
      ...(body && { requestBody: { content: content(OBJECT_TYPES, body) } }),
      responses: make ? { "200": there, "201": made } : { "200": done },
    },
  };
}

function viewItem({ description, schema }: ObjectView): Json {
  const text = content(["text/plain"], { type: "string" });
  return {
    get: {
      description: `${description} With watch, one line per change until there is no more.`,
      parameters: [watchParameter],
      responses: {
        "200": { description: "OK", content: { ...content(OBJECT_TYPES, schema), ...text } },
      },
    },
  };
}

const watchParameter = { name: "watch", in: "query", schema: { type: "boolean" } };

function objectAnswer(code: string, served: ServedKind): Json {
  const { kind } = served.kind;
  return { [code]: { description: kind, content: content(OBJECT_TYPES, reference(served)) } };
}

function content(types: readonly string[], schema: Schema | Json): Json {
  return Object.fromEntries(types.map((type) => [type, { schema }]));
}

function reference({ kind, version }: ServedKind): Json {
  return { $ref: `#/components/schemas/${componentName(kind, version)}` };
}
