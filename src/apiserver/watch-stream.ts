import { StatusError } from "../api/status-error.js";
import { isStoreError } from "../storage/object-store.js";
import type { Answer, Call } from "./call.js";
import { parseListOptions } from "./list-options.js";
import { type OlderName, olderNameIn, queryFor, shownAs } from "./older-name.js";
import { expired } from "./paging.js";
import { showBookmark, showEvent, type View } from "./representation.js";
import { type WatchEvent, watchObjects } from "./watch-objects.js";

/**
 * `GET …?watch=true`: a stream of one JSON event per line. It ends by itself after the time asked for or the server's
 * own limit; failures after the headers are sent become an ERROR event.
 */
export async function watchCollection(call: Call, view: View): Promise<Answer> {
  const older = await olderNameIn(call);
  const options = parseListOptions(queryFor(call, older), call.kind);
  const events = (signal: AbortSignal) => watchObjects(call, options, signal);
  return streamLines(call, options.timeoutSeconds, (signal) =>
    eventLines(call, options, view, underName(events(signal), older)),
  );
}

/**
 * An answer that lasts as long as `lines` does, until `timeoutSeconds` or the server's own limit have passed, or until
 * the client goes. The signal tells `lines` when to end.
 */
export function streamLines(
  call: Call,
  timeoutSeconds: number | undefined,
  lines: (signal: AbortSignal) => AsyncGenerator<string>,
): Answer {
  const limit = call.backend.watchSeconds;
  const seconds = Math.min(timeoutSeconds || limit, limit);
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), seconds * 1_000);
  const onAbort = () => stop.abort();
  call.context.signal.addEventListener("abort", onAbort, { once: true });
  if (call.context.signal.aborted) stop.abort();
  const release = () => {
    clearTimeout(timer);
    call.context.signal.removeEventListener("abort", onAbort);
    stop.abort();
  };
  return { type: "Stream", body: toStream(lines(stop.signal), release) };
}

/** The events of an object under the spelling it was asked for. */
async function* underName(
  events: AsyncIterable<WatchEvent>,
  name: OlderName | undefined,
): AsyncGenerator<WatchEvent> {
  for await (const event of events) {
    yield event.type === "BOOKMARK" ? event : { ...event, object: shownAs(event.object, name) };
  }
}

async function* eventLines(
  call: Call,
  options: ReturnType<typeof parseListOptions>,
  view: View,
  events: AsyncIterable<WatchEvent>,
): AsyncGenerator<string> {
  let first = true;
  try {
    for await (const event of events) {
      if (event.type !== "BOOKMARK") {
        const current = { ...view, now: call.backend.now() };
        yield line(showEvent(current, event.type, event.object, first));
        first = false;
      } else if (view.form.as !== "Table") {
        // kubectl would print a bookmark of a table as an empty row.
        yield line(showBookmark(view, event.resourceVersion, event.initialEventsEnd));
      }
    }
  } catch (error) {
    yield line({ type: "ERROR", object: asStatus(call, options.resourceVersion, error) });
  }
}

function line(event: object): string {
  return `${JSON.stringify(event)}\n`;
}

function asStatus(call: Call, resourceVersion: string | undefined, error: unknown): object {
  if (isStoreError(error, "Expired")) return expired(resourceVersion ?? "0").toStatus();
  if (error instanceof StatusError) return error.toStatus();
  call.backend.report(error);
  return new StatusError(
    500,
    "InternalError",
    "Internal error occurred: the watch broke",
  ).toStatus();
}

/** Lets go of the watch when the lines end or the client does. */
function toStream(
  lines: AsyncGenerator<string>,
  release: () => void,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const next = await lines.next();
      if (!next.done) return controller.enqueue(encoder.encode(next.value));
      release();
      controller.close();
    },
    cancel: release,
  });
}
