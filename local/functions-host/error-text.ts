/**
 * What the host makes of a thrown value: its message and stack, with what looks like a credential replaced. A failed
 * orchestrator throws its whole state, of which only the failure is kept; the SDK drops the stack of the original error.
 *
 * Source: Azure/azure-functions-host `WebJobs.Script/Sanitizer.cs`.
 */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return scrubbed(thrownText(error));
  const state = orchestratorStateIn(error);
  return scrubbed(state === undefined ? withCauses(error) : failureIn(state));
}

/** Separates the message of a failed orchestrator from the state it still reports. Source: `OrchestrationFailureError.js`. */
const stateLabel = "\n\n$OutOfProcData$:";

/** The state, as JSON text, that a failed orchestrator attached to its error. */
export function orchestratorStateIn(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const at = error.message.indexOf(stateLabel);
  return at < 0 ? undefined : scrubbed(error.message.slice(at + stateLabel.length));
}

function failureIn(state: string): string {
  const parsed: unknown = JSON.parse(state);
  const failure =
    typeof parsed === "object" && parsed !== null && "error" in parsed && parsed.error;
  return `The orchestrator failed: ${String(failure)}`;
}

/** The message alone, scrubbed. It is what a failed task shows to its orchestration. */
export function errorMessage(error: unknown): string {
  return scrubbed(error instanceof Error ? error.message : thrownText(error));
}

const credentialMarks = [
  "Token=",
  "DefaultEndpointsProtocol=http",
  "AccountKey=",
  "Data Source=",
  "Server=",
  "Password=",
  "pwd=",
  "&amp;sig=",
  "&sig=",
  "?sig=",
  "SharedAccessKey=",
  "&code=",
  "&amp;code=",
  "?code=",
  "key=",
];
const ends = ["<", '"', "'"];

/** Replaces everything from a credential's mark up to the next `<`, `"` or `'`. */
export function scrubbed(text: string): string {
  return credentialMarks.reduce(scrubMark, text);
}

function scrubMark(text: string, mark: string): string {
  let result = "";
  let rest = text;
  for (;;) {
    const start = rest.toLowerCase().indexOf(mark.toLowerCase());
    if (start < 0) return result + rest;
    const stops = ends.map((end) => rest.indexOf(end, start)).filter((index) => index >= 0);
    result += `${rest.slice(0, start)}[Hidden Credential]`;
    rest = stops.length === 0 ? "" : rest.slice(Math.min(...stops));
  }
}

function withCauses(error: Error): string {
  const own = error.stack ?? String(error);
  return error.cause instanceof Error ? `${own}\nCaused by: ${withCauses(error.cause)}` : own;
}

function thrownText(value: unknown): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}
