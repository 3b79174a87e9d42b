import { isJsonObject } from "../../api/json.js";
import type { KubeObject } from "../../api/meta.js";
import { ANNOTATION_KUBECTL_LAST_APPLIED } from "../../api/names.js";
import type { Schema } from "../../registry/schema.js";
import { compare } from "./compare.js";
import { difference, type FieldSet, newFieldSet } from "./field-set.js";
import { fieldsOf } from "./owned-fields.js";
import { trackedPart } from "./tracked-part.js";

/** Only kubectl's own server-side apply takes over from its client-side apply; other names opt out. */
const kubectlManager = "kubectl";

/**
 * The fields that kubectl may take from any manager without force: those its client-side apply set last and that still
 * have that value. So an object made with `kubectl apply` goes on with `kubectl apply --server-side`.
 *
 * Source: k8s.io/apimachinery `util/managedfields` lastappliedmanager.go.
 */
export function takeoverFields(live: KubeObject, manager: string, schema: Schema): FieldSet {
  const applied = manager === kubectlManager ? parse(live) : undefined;
  if (!applied || applied.apiVersion !== live.apiVersion) return newFieldSet();
  const before = trackedPart(applied, undefined);
  const { added, modified, removed } = compare(before, trackedPart(live, undefined), schema);
  return [added, modified, removed].reduce(difference, fieldsOf(before, schema));
}

function parse(live: KubeObject): Record<string, unknown> | undefined {
  const text = live.metadata.annotations?.[ANNOTATION_KUBECTL_LAST_APPLIED];
  if (!text) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    // Anybody can write this annotation; one that cannot be read allows nothing.
    return undefined;
  }
}

/**
 * The object with the annotation of client-side apply kept in step, when it has one: a later client-side apply then
 * knows what was applied last. Source: lastappliedupdater.go of the same package.
 */
export function withLastApplied(
  object: KubeObject,
  applied: KubeObject,
  manager: string,
): KubeObject {
  const { metadata } = object;
  const current = metadata.annotations?.[ANNOTATION_KUBECTL_LAST_APPLIED];
  if (manager !== kubectlManager || !current) return object;
  const text = `${JSON.stringify(sortKeys(withoutAnnotation(applied)))}\n`;
  if (text === current) return object;
  const annotations = { ...metadata.annotations, [ANNOTATION_KUBECTL_LAST_APPLIED]: text };
  return { ...object, metadata: { ...metadata, annotations } };
}

function withoutAnnotation(applied: KubeObject): KubeObject {
  const { annotations, ...metadata } = applied.metadata;
  if (!annotations) return applied;
  const { [ANNOTATION_KUBECTL_LAST_APPLIED]: _own, ...others } = annotations;
  const rest = Object.keys(others).length > 0 && { annotations: others };
  return { ...applied, metadata: { ...metadata, ...rest } };
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, child]) => [key, sortKeys(child)]));
}
