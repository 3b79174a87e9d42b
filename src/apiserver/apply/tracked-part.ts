import { isJsonObject, type JsonObject } from "../../api/json.js";

/** Nobody owns what identifies an object or what the server itself writes. Source: apimachinery stripmeta.go. */
const untrackedMetadata = [
  "name",
  "namespace",
  "creationTimestamp",
  "selfLink",
  "uid",
  "clusterName",
  "generation",
  "managedFields",
  "resourceVersion",
];

/**
 * The part of an object whose fields have owners. `status` is written through its subresource and belongs to nobody on
 * the main path; through the subresource nothing else does.
 */
export function trackedPart(object: JsonObject, subresource: string | undefined): JsonObject {
  if (subresource === "status") return "status" in object ? { status: object.status } : {};
  const { apiVersion: _version, kind: _kind, metadata, status: _status, ...rest } = object;
  return { ...rest, metadata: trackedMetadata(metadata) };
}

function trackedMetadata(metadata: unknown): unknown {
  if (!isJsonObject(metadata)) return {};
  return Object.fromEntries(
    Object.entries(metadata).filter(([key]) => !untrackedMetadata.includes(key)),
  );
}
