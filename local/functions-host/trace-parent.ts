import { randomBytes } from "node:crypto";

const TRACE_PARENT = /^00-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})$/;

/** What an invocation logs under: a step of the caller's trace, or of a trace of its own. Source: W3C Trace Context. */
export function traceParentFor(header?: string | readonly string[]): string {
  const [, trace = randomBytes(16).toString("hex"), flags = "00"] =
    TRACE_PARENT.exec(typeof header === "string" ? header : "") ?? [];
  return `00-${trace}-${randomBytes(8).toString("hex")}-${flags}`;
}
