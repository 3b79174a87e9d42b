import { parseGoDuration } from "../api/go-duration.js";
import { badRequest, fieldCause, invalid, type StatusCause } from "../api/status-error.js";

/** Query parameters of a write. */
export interface WriteOptions {
  readonly dryRun: boolean;
  /** Who the changed fields are attributed to. */
  readonly fieldManager: string;
  readonly fieldValidation: "Strict" | "Warn" | "Ignore";
  /** Server-side apply only: take fields over from other managers. */
  readonly force: boolean;
}

export type WriteOptionsKind = "CreateOptions" | "UpdateOptions" | "PatchOptions";

const FIELD_VALIDATIONS = ["Ignore", "Strict", "Warn"] as const;
const MAX_MANAGER_LENGTH = 128;

/** @throws StatusError 422 naming the parameter */
export function parseWriteOptions(
  query: URLSearchParams,
  userAgent: string | null,
  optionsKind: WriteOptionsKind,
): WriteOptions {
  const manager = query.get("fieldManager") ?? "";
  const validation = query.get("fieldValidation") || "Warn";
  const fieldValidation = FIELD_VALIDATIONS.find((known) => known === validation);
  rejectOptions(optionsKind, [
    ...dryRunCauses(query.getAll("dryRun")),
    ...managerCauses(manager),
    ...(fieldValidation
      ? []
      : [fieldCause.notSupported("fieldValidation", validation, FIELD_VALIDATIONS)]),
  ]);
  return {
    dryRun: query.getAll("dryRun").includes("All"),
    fieldManager: manager || managerFromUserAgent(userAgent),
    fieldValidation: fieldValidation ?? "Warn",
    force: parseBoolean(query, "force") ?? false,
  };
}

/** Throws when there is a cause: 422 on `<kind>.meta.k8s.io ""`. */
export function rejectOptions(optionsKind: string, causes: readonly StatusCause[]): void {
  if (causes.length === 0) return;
  throw invalid({ group: "meta.k8s.io", kind: optionsKind }, "", causes);
}

export function dryRunCauses(values: readonly unknown[]): readonly StatusCause[] {
  return values
    .filter((value) => value !== "All" && value !== "")
    .map((value) => fieldCause.notSupported("dryRun", value, ["All"]));
}

/** @throws StatusError 400 when it is neither true nor false */
export function parseBoolean(query: URLSearchParams, name: string): boolean | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (["", "1", "t", "true", "True", "TRUE"].includes(text)) return true;
  if (["0", "f", "false", "False", "FALSE"].includes(text)) return false;
  throw badRequest(`${name}: "${text}" is neither true nor false`);
}

/** @throws StatusError 400 when it is no whole number of at least 0 */
export function parseCount(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (!text) return undefined;
  const value = Number(text);
  if (/^[0-9]+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw badRequest(`${name}: "${text}" is not a whole number`);
}

/** The client's patience has to be a duration; the platform's own limit counts. @throws StatusError 400 */
export function requireTimeout(query: URLSearchParams): void {
  const text = query.get("timeout");
  if (!text) return;
  try {
    parseGoDuration(text);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw badRequest(
      `invalid timeout specified in the request URL - time: invalid duration ${JSON.stringify(text)}`,
    );
  }
}

function managerCauses(manager: string): readonly StatusCause[] {
  if (manager.length > MAX_MANAGER_LENGTH) {
    return [fieldCause.tooLong("fieldManager", MAX_MANAGER_LENGTH)];
  }
  if (/^[\P{C}]*$/u.test(manager)) return [];
  return [fieldCause.invalid("fieldManager", manager, "should only contain printable characters")];
}

/** The program's name: what stands before the first slash. Source: apiserver `managerOrUserAgent`. */
function managerFromUserAgent(userAgent: string | null): string {
  const program = (userAgent ?? "").split("/")[0]?.replace(/\p{C}/gu, "") ?? "";
  return program.slice(0, MAX_MANAGER_LENGTH) || "unknown";
}
