import type { KubeObject } from "../api/meta.js";
import { StatusError } from "../api/status-error.js";
import type { ObjectView } from "../registry/kind.js";
import { type Answer, type Call, findObject } from "./call.js";
import { parseCount } from "./request-options.js";
import type { ResponseForm } from "./response-form.js";
import { streamLines } from "./watch-stream.js";
import { labelOf } from "./writer.js";

/** `GET …/{name}/{view}`. */
export async function showView(call: Call, view: ObjectView): Promise<Answer> {
  const object = await findObject(call);
  return { type: "Value", value: view.show(object), text: view.text(object) };
}

/**
 * `GET …/{name}/{view}?watch=true`: the view at once and after every change of it, one line of JSON or text each, until
 * it is final, the object is gone, or time is up as for any watch.
 */
export async function followView(
  call: Call,
  view: ObjectView,
  { encoding }: ResponseForm,
): Promise<Answer> {
  const timeoutSeconds = parseCount(call.query, "timeoutSeconds");
  const collection = { ...labelOf(call.kind), namespace: call.path.namespace };
  // Listed before the object is read, so that no change falls in between.
  const { resourceVersion } = await call.backend.store.list(collection);
  const first = await findObject(call);
  const tell = (object: KubeObject) =>
    encoding === "text" ? view.line(object) : JSON.stringify(view.show(object));
  return streamLines(call, timeoutSeconds, async function* (signal) {
    try {
      yield* changesOf(call, first, resourceVersion, signal, view, tell);
    } catch (error) {
      yield `${JSON.stringify(brokenOff(call, error))}\n`;
    }
  });
}

async function* changesOf(
  call: Call,
  first: KubeObject,
  from: string,
  signal: AbortSignal,
  view: ObjectView,
  tell: (object: KubeObject) => string,
): AsyncGenerator<string> {
  let last = tell(first);
  yield `${last}\n`;
  if (view.isFinal(first)) return;
  const collection = { ...labelOf(call.kind), namespace: first.metadata.namespace };
  for await (const { type, object } of call.backend.store.watch(collection, from, signal)) {
    if (object.metadata.uid !== first.metadata.uid) continue;
    if (type === "Deleted") return;
    const told = tell(object);
    if (told !== last) yield `${told}\n`;
    last = told;
    if (view.isFinal(object)) return;
  }
}

function brokenOff(call: Call, error: unknown): object {
  if (error instanceof StatusError) return error.toStatus();
  call.backend.report(error);
  const message = "Internal error occurred: the watch broke";
  return new StatusError(500, "InternalError", message).toStatus();
}
