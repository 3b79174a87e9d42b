import { z } from "zod";
import { KubeObject } from "../api/meta.js";
import { type MemberResponse, MemberUnreachable } from "./member-connection.js";

const FailureBody = z.looseObject({
  kind: z.string().optional(),
  message: z.string().optional(),
  reason: z.string().optional(),
  details: z
    .looseObject({
      causes: z
        .array(z.looseObject({ reason: z.string().optional(), field: z.string().optional() }))
        .optional(),
    })
    .optional(),
});

export function succeeded(response: MemberResponse): boolean {
  return response.status >= 200 && response.status < 300;
}

/** The API server's own words about a refusal, or its status code when it has none. */
export function wordsOf(response: MemberResponse): string {
  if (typeof response.body === "string" && response.body.trim()) return response.body.trim();
  const { data } = FailureBody.safeParse(response.body);
  return data?.message || `HTTP status ${response.status}`;
}

/**
 * Whether the same request may succeed a little later. A 500 without a reason is the server's answer to a manifest that
 * does not fit the schema.
 */
export function isTransient(response: MemberResponse): boolean {
  if (response.status === 429) return true;
  if (response.status !== 500) return response.status > 500;
  const { data } = FailureBody.safeParse(response.body);
  return data?.kind !== "Status" || data.reason !== undefined;
}

/** Whether a refusal has a cause of that reason (`FieldManagerConflict`) or about that field (`metadata.uid`). */
export function hasCause(
  response: MemberResponse,
  wanted: { readonly reason: string } | { readonly field: string },
): boolean {
  const { data } = FailureBody.safeParse(response.body);
  const causes = data?.details?.causes ?? [];
  return causes.some((cause) =>
    "reason" in wanted ? cause.reason === wanted.reason : cause.field === wanted.field,
  );
}

/**
 * The object in a successful answer.
 *
 * @throws MemberUnreachable (Misconfigured) when it is something else: then it was not an API server that answered
 */
export function objectOf(response: MemberResponse, what: string): KubeObject {
  return parseAnswer(KubeObject, response, what);
}

/** As `objectOf`, for an answer of any shape. */
export function parseAnswer<T>(schema: z.ZodType<T>, response: MemberResponse, what: string): T {
  const parsed = schema.safeParse(response.body);
  if (parsed.success) return parsed.data;
  const message = `${what}: the answer is not the one of a Kubernetes API server`;
  throw new MemberUnreachable("Misconfigured", message, { cause: parsed.error });
}
