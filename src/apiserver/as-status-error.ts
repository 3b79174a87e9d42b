import { StatusError } from "../api/status-error.js";
import { StorageUnavailable } from "../storage/storage-unavailable.js";

/** An error in the words of the API. What is the server's own fault is reported too. */
export function asStatusError(error: unknown, report: (error: unknown) => void): StatusError {
  if (error instanceof StatusError) return error;
  report(error);
  if (error instanceof StorageUnavailable) return unavailable(error);
  const why = error instanceof Error ? error.message : String(error);
  return new StatusError(500, "InternalError", `Internal error occurred: ${why}`);
}

/** kubectl and other clients try again by themselves when they are told after how long. */
function unavailable(error: StorageUnavailable): StatusError {
  const retryAfterSeconds = 1;
  return new StatusError(
    503,
    "ServiceUnavailable",
    error.message,
    { retryAfterSeconds },
    retryAfterSeconds,
  );
}
