import type { KubeObject } from "../../src/api/meta.js";
import type { ObjectRef } from "../../src/storage/object-store.js";

export const CONFIG_MAPS = { group: "", resource: "configmaps" };

export function configMapRef(name: string): ObjectRef {
  return { ...CONFIG_MAPS, namespace: "team", name };
}

export function configMap(name: string, value = "v1"): KubeObject {
  const metadata = { name, namespace: "team", uid: `${name}-${value}` };
  return { apiVersion: "v1", kind: "ConfigMap", metadata, data: { value } };
}

export function withValue(object: KubeObject, value: string): KubeObject {
  return { ...object, data: { value } };
}

export function versionOf(object: KubeObject): string {
  return object.metadata.resourceVersion ?? "";
}
