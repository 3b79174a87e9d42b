import { type Answer, type Call, findObject, requireVersion } from "./call.js";
import { finishDeletion } from "./delete-with-contents.js";
import { isTerminating } from "./namespaces.js";
import { isRecord } from "./request-body.js";
import { parseWriteOptions } from "./request-options.js";
import { retryOnConflict } from "./retry-on-conflict.js";
import { readObject, requireName } from "./sent-object.js";
import { writeUpdated } from "./writer.js";

/** `PUT /api/v1/namespaces/{name}/finalize`: replaces `spec.finalizers`. */
export async function finalizeNamespace(call: Call): Promise<Answer> {
  const userAgent = call.request.headers.get("user-agent");
  const options = parseWriteOptions(call.query, userAgent, "UpdateOptions");
  const { object: sent, warnings } = await readObject(call, options);
  return retryOnConflict(async () => {
    const before = await findObject(call);
    requireName(call, sent, before);
    requireVersion(call, sent, before);
    const spec = isRecord(before.spec) ? before.spec : {};
    const finalizers = isRecord(sent.spec) ? sent.spec.finalizers : undefined;
    const after = { ...before, spec: { ...spec, finalizers: finalizers ?? [] } };
    if (options.dryRun) return { type: "Object", code: 200, object: after, warnings };
    const object = await writeUpdated(call, call.kind, before, after);
    if (isTerminating(object)) await finishDeletion(call, call.kind, object);
    return { type: "Object", code: 200, object, warnings };
  });
}
