/**
 * What the fields of Kubernetes' built-in kinds mean, for `kubectl explain`: collected at build time from the models of
 * the Kubernetes client that is installed, which have each description as a comment. None of it is in the repository.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const MODELS = fileURLToPath(
  new URL("../node_modules/@kubernetes/client-node/dist/gen/models/", import.meta.url),
);
const KINDS = new URL("../src/registry/builtin-facts.ts", import.meta.url);
/** Not among the facts: its schema is written by hand. */
const MORE_KINDS = ["apiextensions.k8s.io/v1 CustomResourceDefinition"];

/** The descriptions, as JSON in gzip: name of a model → its own, and per field the description and the field's model. */
export function compressedDescriptions() {
  const kinds = readFileSync(KINDS, "utf8").matchAll(/^ {2}"(\S+ \w+)": "/gm);
  const names = [...[...kinds].map(([, kind]) => kind), ...MORE_KINDS].flatMap(modelNames);
  return gzipSync(JSON.stringify(collectDescriptions(MODELS, names)), { level: 9 });
}

/** The models that exist of these, and of everything they contain. */
export function collectDescriptions(folder, names) {
  const models = {};
  const open = [...names];
  while (open.length > 0) {
    const name = open.pop();
    if (Object.hasOwn(models, name) || !existsSync(join(folder, `${name}.d.ts`))) continue;
    models[name] = readModel(folder, name);
    open.push(...Object.values(models[name].fields).flatMap(([, model]) => model ?? []));
  }
  return models;
}

/** `events.k8s.io/v1 Event` → `EventsV1Event`, and `V1Event` where no other group has such a kind. */
function modelNames(kind) {
  const [apiVersion, name] = kind.split(" ");
  const [version, group = "core"] = apiVersion.split("/").reverse();
  const model = capitalized(version) + name;
  return [capitalized(group.split(".")[0]) + model, model];
}

function readModel(folder, name) {
  const comments = readFileSync(join(folder, `${name}.d.ts`), "utf8");
  const description = commentBefore(comments, "export declare class");
  const fields = [...readFileSync(join(folder, `${name}.js`), "utf8").matchAll(ATTRIBUTE)].map(
    ([, property, field, type]) => {
      const model = /\b((?:[A-Z][a-z]+)?V\d\w*)\b/.exec(type)?.[1];
      return [field, [commentBefore(comments, `    '${property}'`), ...(model ? [model] : [])]];
    },
  );
  return { ...(description && { description }), fields: Object.fromEntries(fields) };
}

const ATTRIBUTE = /"name": "(.*)",\s*"baseName": "(.*)",\s*"type": "(.*)"/g;

/** The text of the comment that ends where a line begins with `start`; empty when there is none. */
function commentBefore(text, start) {
  const at = text.indexOf(`\n${start}`);
  const before = text.slice(0, at);
  if (at < 0 || !before.endsWith("*/")) return "";
  const lines = before.slice(before.lastIndexOf("/**") + 3, -2).split("\n");
  return lines
    .map((line) => line.replace(/^\s*\*\s?/, ""))
    .join("\n")
    .trim()
    .replace(/\\(['"\\])/g, "$1");
}

function capitalized(text) {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
