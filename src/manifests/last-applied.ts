import type { KubeObject } from "../api/meta.js";

/**
 * Annotation with the manifest that client-side apply applied last: without it nobody knows which fields a newer manifest
 * no longer sets. Empty when the manifest is too large for an annotation. Source: KubeFleet work applier.
 */
export const LAST_APPLIED_ANNOTATION = "kubernetes-fleet.io/last-applied-configuration";

/** Bytes of all annotations of an object together. Source: apimachinery `TotalAnnotationSizeLimitB`. */
const ANNOTATIONS_LIMIT = 256 * 1024;

/** `object` with an annotation that keeps its manifest, or an empty one when the annotations would become too large. */
export function withLastApplied(object: KubeObject, text: string): KubeObject {
  const annotations = { ...object.metadata.annotations, [LAST_APPLIED_ANNOTATION]: text };
  const fits = sizeOf(annotations) <= ANNOTATIONS_LIMIT;
  if (!fits) annotations[LAST_APPLIED_ANNOTATION] = "";
  return { ...object, metadata: { ...object.metadata, annotations } };
}

/** Whether an object carries the manifest that was applied last, be it one that can be read or not. */
export function keepsLastApplied({ metadata }: KubeObject): boolean {
  return (metadata.annotations?.[LAST_APPLIED_ANNOTATION] ?? "") !== "";
}

/**
 * The manifest that was applied last to a live object; undefined when the annotation is missing, empty or not ours to
 * understand. Name and namespace are left out: they identify the object and cannot be given up.
 */
export function lastApplied(live: KubeObject): Readonly<Record<string, unknown>> | undefined {
  const manifest = parseObject(live.metadata.annotations?.[LAST_APPLIED_ANNOTATION] ?? "");
  if (!isRecord(manifest?.metadata)) return manifest;
  const { name: _name, namespace: _namespace, ...metadata } = manifest.metadata;
  return { ...manifest, metadata };
}

/** Anybody can write an annotation: one that is no object tells nothing. */
function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function sizeOf(annotations: Readonly<Record<string, string>>): number {
  const text = Object.entries(annotations).flat().join("");
  return new TextEncoder().encode(text).length;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
