import type { KubeObject } from "../api/meta.js";
import { badRequest, fieldCause, type StatusError } from "../api/status-error.js";
import type { Kind } from "../registry/kind.js";
import { parseFieldSelector } from "./field-selector.js";
import { parseLabelSelector } from "./label-selector.js";
import { parseBoolean, parseCount, rejectOptions } from "./request-options.js";

/** Query parameters of a list, a watch or a deletecollection. */
export interface ListOptions {
  /** Absent when no selector was given: everything matches. */
  readonly selects: ((object: KubeObject) => boolean) | undefined;
  /** 0 is no limit. */
  readonly limit: number;
  readonly continueToken: string | undefined;
  /** Decimal; absent and "0" mean "whatever is there". */
  readonly resourceVersion: string | undefined;
  readonly resourceVersionMatch: "Exact" | "NotOlderThan" | undefined;
  readonly sendInitialEvents: boolean;
  readonly allowWatchBookmarks: boolean;
  readonly timeoutSeconds: number | undefined;
}

const MATCHES = ["Exact", "NotOlderThan"] as const;

/** @throws StatusError 400 or 422 naming the parameter */
export function parseListOptions(query: URLSearchParams, kind: Kind): ListOptions {
  const options: ListOptions = {
    selects: parseSelectors(query, kind),
    limit: parseLimit(query),
    continueToken: query.get("continue") || undefined,
    resourceVersion: parseResourceVersion(query.get("resourceVersion")),
    resourceVersionMatch: MATCHES.find((match) => match === query.get("resourceVersionMatch")),
    sendInitialEvents: parseBoolean(query, "sendInitialEvents") ?? false,
    allowWatchBookmarks: parseBoolean(query, "allowWatchBookmarks") ?? false,
    timeoutSeconds: parseCount(query, "timeoutSeconds"),
  };
  rejectOptions("ListOptions", matchCauses(query, options));
  return options;
}

/** A real server takes a negative limit for none. */
function parseLimit(query: URLSearchParams): number {
  return /^-[0-9]+$/.test(query.get("limit") ?? "") ? 0 : (parseCount(query, "limit") ?? 0);
}

export function isWatch(query: URLSearchParams): boolean {
  return parseBoolean(query, "watch") ?? false;
}

function parseSelectors(query: URLSearchParams, kind: Kind): ListOptions["selects"] {
  const labelText = query.get("labelSelector");
  const fieldText = query.get("fieldSelector");
  if (!labelText && !fieldText) return undefined;
  const labelTest = parseLabelSelector(labelText ?? "");
  const fieldTest = parseFieldSelector(fieldText ?? "", kind);
  return (object) => labelTest(object.metadata.labels) && fieldTest(object);
}

/** @throws StatusError 400 when it is no decimal number of 64 bits */
export function parseResourceVersion(text: string | null): string | undefined {
  if (!text) return undefined;
  if (!/^[0-9]+$/.test(text)) throw wrongVersion(text, "invalid syntax");
  if (BigInt.asUintN(64, BigInt(text)) !== BigInt(text)) {
    throw wrongVersion(text, "value out of range");
  }
  return text;
}

/** Source: Go's `strconv.ParseUint`, as a real server passes its words on. */
function wrongVersion(text: string, why: string): StatusError {
  const quoted = JSON.stringify(text);
  return badRequest(
    `invalid resource version: resourceVersion: Invalid value: ${quoted}: strconv.ParseUint: parsing ${quoted}: ${why}`,
  );
}

/** Which combinations make sense. Source: apimachinery `ValidateListOptions`. */
function matchCauses(query: URLSearchParams, options: ListOptions) {
  const text = query.get("resourceVersionMatch");
  const { resourceVersion, resourceVersionMatch, sendInitialEvents } = options;
  const field = "resourceVersionMatch";
  if (text && !resourceVersionMatch) return [fieldCause.notSupported(field, text, MATCHES)];
  if (sendInitialEvents && !isWatch(query)) {
    return [fieldCause.forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list")];
  }
  if (sendInitialEvents && resourceVersionMatch !== "NotOlderThan") {
    return [fieldCause.forbidden(field, "sendInitialEvents requires it to be NotOlderThan")];
  }
  if (resourceVersionMatch && !sendInitialEvents && resourceVersion === undefined) {
    return [fieldCause.forbidden(field, "it is forbidden unless resourceVersion is provided")];
  }
  if (resourceVersionMatch === "Exact" && resourceVersion === "0") {
    return [fieldCause.forbidden(field, 'Exact is forbidden for resourceVersion "0"')];
  }
  return [];
}
