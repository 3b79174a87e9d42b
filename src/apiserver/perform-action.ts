import type { Action, MadeObject } from "../registry/kind.js";
import { type Answer, type Call, findObject } from "./call.js";
import { decodeAny, readBody } from "./request-body.js";
import { parseWriteOptions } from "./request-options.js";
import { retryInTurn } from "./retry-on-conflict.js";
import { applyUpdate } from "./update-object.js";
import { writeContext } from "./write-context.js";
import { inMotion } from "./writer.js";

/**
 * `POST …/{name}/{action}`: what a kind offers to people without kubectl. Answers the object as it is afterwards, or
 * what the action has made of it.
 */
export async function performAction(call: Call, action: Action): Promise<Answer> {
  const { request, backend, query } = call;
  const options = parseWriteOptions(query, request.headers.get("user-agent"), "UpdateOptions");
  const bytes = await readBody(request, backend.maxBodyBytes);
  const body = decodeAny(bytes, request.headers.get("content-type"));
  const half = action.target === "status" ? "status" : "main";
  const updated = await retryInTurn(call, async () => {
    const before = await findObject(call);
    const sent = action.apply(before, body, writeContext(call));
    return applyUpdate(call, { before, sent, half, options });
  });
  const { make } = action;
  if (!make) return { type: "Object", code: 200, object: updated };
  const making = () => make(updated, body, options.dryRun);
  // Whoever follows the object looks again, as if it were new.
  const made = options.dryRun
    ? await making()
    : await inMotion(call, call.kind, { after: updated }, making);
  return answerMade(call, made, options.dryRun);
}

function answerMade(
  { kind, backend, observer }: Call,
  { object, created }: MadeObject,
  dryRun: boolean,
): Answer {
  const madeKind = backend.catalog.kinds.find(
    (candidate) => candidate.group === kind.group && candidate.kind === object.kind,
  );
  if (madeKind && created && !dryRun) observer?.written(madeKind, { after: object });
  return { type: "Object", code: created ? 201 : 200, object, ...(madeKind && { kind: madeKind }) };
}
