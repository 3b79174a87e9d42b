import { setTimeout as delay } from "node:timers/promises";
import { isTransient, wordsOf } from "./answer.js";
import { Deadline } from "./deadline.js";
import { exchange, type HttpAnswer, type ServerAccess } from "./http-exchange.js";
import {
  type MemberConnection,
  type MemberRequest,
  MemberUnreachable,
} from "./member-connection.js";

const DEFAULT_TIMEOUT_MS = 15_000;

/** Waits before the second, third, … try. Longer troubles are for the caller's own, slower retries. */
const BACK_OFF_MS = [100, 200, 400, 800];

/** A server that wishes for a longer pause gets it from the caller. */
const MAX_RETRY_AFTER_SECONDS = 5;

type Attempt =
  | { readonly kind: "Answered"; readonly answer: HttpAnswer }
  | { readonly kind: "Failed"; readonly error: MemberUnreachable };

/**
 * A connection over HTTP/1.1 with keep-alive. Throttling, server errors and broken connections are tried again a few
 * times within about a second and a half; all requests made through it bear repetition.
 */
export function httpConnection(memberName: string, access: ServerAccess): MemberConnection {
  return {
    memberName,
    request: async (request) => {
      for (const backOffMs of BACK_OFF_MS) {
        const attempt = await tryOnce(memberName, access, request);
        const waitMs = pauseBeforeNext(attempt, backOffMs);
        if (waitMs === undefined) return conclude(memberName, attempt);
        await pause(memberName, waitMs, request.signal);
      }
      return conclude(memberName, await tryOnce(memberName, access, request));
    },
  };
}

async function tryOnce(
  memberName: string,
  access: ServerAccess,
  request: MemberRequest,
): Promise<Attempt> {
  const timeoutMs = request.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const deadline = new Deadline(timeoutMs, request.signal);
  try {
    const answer = await exchange(access, request, deadline.signal);
    return { kind: "Answered", answer };
  } catch (cause) {
    if (cause instanceof MemberUnreachable) return { kind: "Failed", error: cause };
    if (request.signal?.aborted) throw aborted(memberName, cause);
    const subject = `${memberName}: ${request.method} ${request.path}`;
    const error = deadline.hasPassed
      ? new MemberUnreachable("Timeout", `${subject}: no answer within ${timeoutMs} ms`, { cause })
      : new MemberUnreachable("Unreachable", `${subject}: ${networkWords(cause)}`, { cause });
    return { kind: "Failed", error };
  } finally {
    deadline.end();
  }
}

/** Milliseconds until the next try; undefined when another try is of no use. */
function pauseBeforeNext(attempt: Attempt, backOffMs: number): number | undefined {
  if (attempt.kind === "Failed") {
    return attempt.error.reason === "Unreachable" ? backOffMs : undefined;
  }
  const { retryAfterSeconds } = attempt.answer;
  if (!isTransient(attempt.answer)) return undefined;
  if (retryAfterSeconds === undefined) return backOffMs;
  return retryAfterSeconds <= MAX_RETRY_AFTER_SECONDS ? retryAfterSeconds * 1000 : undefined;
}

function conclude(memberName: string, attempt: Attempt): HttpAnswer {
  if (attempt.kind === "Failed") throw attempt.error;
  const { answer } = attempt;
  const { status, retryAfterSeconds } = answer;
  if (status === 401) {
    throw new MemberUnreachable("Unauthorized", `${memberName}: ${wordsOf(answer)}`);
  }
  if (status === 429) {
    const message = `${memberName}: ${wordsOf(answer)}`;
    throw new MemberUnreachable("Throttled", message, {
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    });
  }
  return answer;
}

async function pause(memberName: string, waitMs: number, signal?: AbortSignal): Promise<void> {
  try {
    await delay(waitMs, undefined, signal && { signal });
  } catch (cause) {
    throw aborted(memberName, cause);
  }
}

function aborted(memberName: string, cause: unknown): MemberUnreachable {
  return new MemberUnreachable("Timeout", `${memberName}: the request was given up`, { cause });
}

/** Node's message, or for a host with several addresses the messages of all of them. */
function networkWords(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(networkWords).join("; ");
  return error instanceof Error ? error.message : String(error);
}
