/** What went wrong between us and a server, as far as the way on depends on it. */
export type NetworkFailure = "Certificate" | "Name" | "Other";

/** Source: Node.js, error codes of `tls` and X.509. */
const CERTIFICATE = /^(CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|ERR_TLS_CERT|HOSTNAME_MISMATCH)/;
const NAME: readonly string[] = ["ENOTFOUND", "EAI_AGAIN", "ENODATA"];

/** Looks through an error and its causes. */
export function networkFailure(error: unknown): NetworkFailure {
  for (const code of codesOf(error)) {
    if (CERTIFICATE.test(code)) return "Certificate";
    if (NAME.includes(code)) return "Name";
  }
  return "Other";
}

function codesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [];
  const own = "code" in error && typeof error.code === "string" ? [error.code] : [];
  const several = error instanceof AggregateError ? error.errors.flatMap(codesOf) : [];
  return [...own, ...several, ...codesOf(error.cause)];
}
