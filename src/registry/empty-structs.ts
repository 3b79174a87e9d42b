import type { KubeObject } from "../api/meta.js";
import type { Fields } from "./fields.js";

/**
 * Writes `empty` where an object has no status: a Go server writes a struct also when nothing is in it, and
 * counters that nobody has counted as 0. For `Kind.asWritten`.
 */
export function withStatus(empty: Fields): (object: KubeObject) => KubeObject {
  return (object) => (object.status === undefined ? { ...object, status: empty } : object);
}
