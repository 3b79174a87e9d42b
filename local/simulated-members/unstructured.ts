import type { KubeObject } from "../../src/api/meta.js";

/** Reading of objects whose fields nobody has checked: what is not as expected counts as absent. */
export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function numberOf(value: unknown, fallback: number): number {
  return typeof value === "number" ? value : fallback;
}

export function specOf(object: KubeObject): Readonly<Record<string, unknown>> {
  return recordOf(object.spec);
}
