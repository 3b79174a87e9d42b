import type { Instance, RuntimeStatus } from "./instance.js";
import type { Row } from "./sqlite-file.js";

/** Reads a row of the table `instances`. */
export function toInstance(row: Row): Instance {
  return {
    instanceId: String(row.instance_id),
    executionId: String(row.execution_id),
    name: String(row.name),
    version: textOrNull(row.version),
    // The column is written from this union only.
    runtimeStatus: String(row.runtime_status) as RuntimeStatus,
    input: textOrNull(row.input),
    output: textOrNull(row.output),
    customStatus: textOrNull(row.custom_status),
    createdAt: new Date(Number(row.created_at)),
    updatedAt: new Date(Number(row.updated_at)),
  };
}

export function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
