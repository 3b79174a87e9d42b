import { z } from "zod";
import { KubeObject } from "../api/meta.js";
import type { MemberResponse } from "./member-connection.js";

const FailureBody = z.looseObject({
  message: z.string().optional(),
  reason: z.string().optional(),
  details: z
    .looseObject({
      causes: z.array(z.looseObject({ reason: z.string().optional() })).optional(),
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

/** Whether a refusal has a cause of that reason, such as `FieldManagerConflict`. */
export function hasCause(response: MemberResponse, reason: string): boolean {
  const { data } = FailureBody.safeParse(response.body);
  return data?.details?.causes?.some((cause) => cause.reason === reason) ?? false;
}

/** The object in a successful answer. @throws when the answer is something else: then no API server has spoken */
export function objectOf(response: MemberResponse, what: string): KubeObject {
  const parsed = KubeObject.safeParse(response.body);
  if (parsed.success) return parsed.data;
  throw new Error(`${what}: the answer is not a Kubernetes object`, { cause: parsed.error });
}
