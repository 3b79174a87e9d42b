import type { Action } from "../registry/kind.js";
import { type Answer, type Call, findObject } from "./call.js";
import { inVersion } from "./prepare-object.js";
import { decodeAny, readBody } from "./request-body.js";
import { parseWriteOptions } from "./request-options.js";
import { retryOnConflict } from "./retry-on-conflict.js";
import { applyUpdate } from "./update-object.js";

/** `POST …/{name}/{action}`: what a kind offers to people without kubectl. Answers the object as it is afterwards. */
export async function performAction(call: Call, action: Action): Promise<Answer> {
  const { request, backend, context, query, now } = call;
  const options = parseWriteOptions(query, request.headers.get("user-agent"), "UpdateOptions");
  const bytes = await readBody(request, backend.maxBodyBytes);
  const body = decodeAny(bytes, request.headers.get("content-type"));
  const half = action.target === "status" ? "status" : "main";
  return retryOnConflict(async () => {
    const before = await findObject(call);
    const sent = action.apply(before, body, { now, user: context.user });
    const updated = await applyUpdate(call, { before, sent, half, options });
    return { type: "Object", code: 200, object: inVersion(updated, call.apiVersion) };
  });
}
