import type { InstanceFilter } from "./task-hub-records.js";

const defaultPageSize = 100;

/** Reads the filter of a status query or purge from its query string. */
export function queryFilter(
  query: URLSearchParams,
  continuationToken: string | undefined,
): InstanceFilter {
  const statuses = query
    .getAll("runtimeStatus")
    .flatMap((value) => value.split(","))
    .filter((value) => value !== "");
  return {
    createdFrom: date(query.get("createdTimeFrom")),
    createdTo: date(query.get("createdTimeTo")),
    statuses,
    idPrefix: query.get("instanceIdPrefix") ?? "",
    after: continuationToken ? Buffer.from(continuationToken, "base64url").toString() : "",
    limit: Number(query.get("top")) || defaultPageSize,
  };
}

function date(text: string | null): Date | undefined {
  const value = new Date(text ?? "");
  return Number.isNaN(value.getTime()) ? undefined : value;
}
