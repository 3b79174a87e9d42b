import { RestError } from "@azure/data-tables";
import { StoreError } from "./object-store.js";
import { StorageUnavailable } from "./storage-unavailable.js";

/** What became of a request that a storage service refused; anything else is thrown on. */
export type Refusal = "Missing" | "Exists" | "Changed";

const REFUSALS: Readonly<Record<string, Refusal>> = {
  ResourceNotFound: "Missing",
  EntityNotFound: "Missing",
  BlobNotFound: "Missing",
  EntityAlreadyExists: "Exists",
  BlobAlreadyExists: "Exists",
  UpdateConditionNotSatisfied: "Changed",
  ConditionNotMet: "Changed",
};

/** A missing table or container is no refusal: it means that the storage was not prepared. */
export function refusalOf(error: unknown): Refusal | undefined {
  const code = codeOf(error);
  return code === undefined ? undefined : REFUSALS[code];
}

/**
 * Does one thing with a storage service and says of an unexpected failure what it was about.
 *
 * @param subject what the request is about, as the beginning of a sentence
 * @throws the refusals as they are, StoreError TooLarge, StorageUnavailable, or an Error with the cause
 */
export async function requestFor<T>(subject: string, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (refusalOf(error) !== undefined) throw error;
    throw explained(subject, error);
  }
}

function explained(subject: string, error: unknown): Error {
  const reason = error instanceof Error ? error.message : String(error);
  const options = { cause: error };
  if (isTooLarge(error)) return new StoreError("TooLarge", `${subject} is too large`, options);
  if (isUnavailability(error)) {
    return new StorageUnavailable(`${subject}: the storage does not answer: ${reason}`, options);
  }
  return new Error(`${subject}: the storage refused: ${reason}`, options);
}

/** Aborts are those of the time limit per request; nobody else aborts requests to storage. */
function isUnavailability(error: unknown): boolean {
  if (error instanceof Error && error.name === "AbortError") return true;
  if (!(error instanceof RestError)) return false;
  const { statusCode } = error;
  return statusCode === undefined || statusCode >= 500 || statusCode === 408 || statusCode === 429;
}

function isTooLarge(error: unknown): boolean {
  return (
    codeOf(error) === "EntityTooLarge" || (error instanceof RestError && error.statusCode === 413)
  );
}

/**
 * The service's own error code. It stands in the OData body for single table operations, in a header for blobs, and in
 * the error itself for transactions.
 */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof RestError)) return undefined;
  const details = error.details as ErrorDetails | undefined;
  return details?.odataError?.code ?? details?.errorCode ?? error.code;
}

interface ErrorDetails {
  readonly odataError?: { readonly code?: string };
  readonly errorCode?: string;
}
