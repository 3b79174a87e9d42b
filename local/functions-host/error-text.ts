/**
 * What the host makes of a thrown value: its message and stack, with what looks like a credential replaced. The
 * state that a failing orchestrator appends for the Durable extension is left out.
 *
 * Source: Azure/azure-functions-host `WebJobs.Script/Sanitizer.cs`.
 */
export function errorText(error: unknown): string {
  const text = error instanceof Error ? withCauses(error) : thrownText(error);
  return scrubbed(text.replace(/\n\n\$OutOfProcData\$:.*/, ""));
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
