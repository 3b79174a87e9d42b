import type { KubeObject } from "../../src/api/meta.js";

/** An object as the store wrote it. */
export function parseObject(body: string): KubeObject {
  return JSON.parse(body) as KubeObject;
}

/** The object with the resourceVersion of that sequence number. */
export function withVersion(object: KubeObject, sequence: number): KubeObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(sequence) } };
}
