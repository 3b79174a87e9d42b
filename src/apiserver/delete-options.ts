import { z } from "zod";
import type { KubeObject } from "../api/meta.js";
import { badRequest, conflict, fieldCause, type StatusError } from "../api/status-error.js";
import type { Call } from "./call.js";
import { decodeAny, readBody } from "./request-body.js";
import { dryRunCauses, parseBoolean, parseCount, rejectOptions } from "./request-options.js";
import { labelOf } from "./writer.js";

const POLICIES = ["Background", "Foreground", "Orphan"] as const;

/** `metav1.DeleteOptions`, as far as it matters here: nothing is given time to end gracefully. */
const Body = z.object({
  kind: z.string().nullish(),
  dryRun: z.array(z.string()).nullish(),
  propagationPolicy: z.string().nullish(),
  orphanDependents: z.boolean().nullish(),
  gracePeriodSeconds: z.number().int().nullish(),
  preconditions: z
    .object({ uid: z.string().nullish(), resourceVersion: z.string().nullish() })
    .nullish(),
});

export interface DeleteOptions {
  readonly dryRun: boolean;
  /** Whether objects owned by the deleted one stay. Foreground is treated as Background. */
  readonly orphan: boolean;
  readonly uid: string | undefined;
  readonly resourceVersion: string | undefined;
}

/** From the body and the query, of which the body wins. @throws StatusError 400, 413, 415, 422 */
export async function readDeleteOptions(call: Call): Promise<DeleteOptions> {
  const { request, query, backend } = call;
  const bytes = await readBody(request, backend.maxBodyBytes);
  const body = parseBody(decodeAny(bytes, request.headers.get("content-type")));
  parseCount(query, "gracePeriodSeconds");
  const dryRun = body.dryRun ?? query.getAll("dryRun");
  const policy = body.propagationPolicy ?? query.get("propagationPolicy") ?? undefined;
  const orphanDependents = body.orphanDependents ?? parseBoolean(query, "orphanDependents");
  rejectOptions("DeleteOptions", [
    ...dryRunCauses(dryRun),
    ...(policy === undefined || POLICIES.some((known) => known === policy)
      ? []
      : [fieldCause.notSupported("propagationPolicy", policy, POLICIES)]),
    ...(policy !== undefined && orphanDependents !== undefined
      ? [
          fieldCause.invalid(
            "propagationPolicy",
            policy,
            "orphanDependents and deletionPropagation cannot be both set",
          ),
        ]
      : []),
  ]);
  if (dryRun.includes("All")) call.observer?.dryRun();
  return {
    dryRun: dryRun.includes("All"),
    orphan: policy === "Orphan" || orphanDependents === true,
    uid: body.preconditions?.uid ?? undefined,
    resourceVersion: body.preconditions?.resourceVersion ?? undefined,
  };
}

function parseBody(value: unknown): z.infer<typeof Body> {
  const parsed = Body.safeParse(value ?? {});
  if (parsed.success) return ofOptions(parsed.data);
  const [issue] = parsed.error.issues;
  throw badRequest(`DeleteOptions: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
}

/** Somebody who sends an object means something else than a deletion by its path. @throws StatusError 400 */
function ofOptions(body: z.infer<typeof Body>): z.infer<typeof Body> {
  if (!body.kind || body.kind === "DeleteOptions") return body;
  throw badRequest(`the body of a deletion is of kind DeleteOptions, not ${body.kind}`);
}

/** @throws StatusError 409 when the object is not the one that was meant */
export function checkPreconditions(call: Call, options: DeleteOptions, object: KubeObject): void {
  const { uid, resourceVersion } = object.metadata;
  if (options.uid !== undefined && options.uid !== uid) {
    throw preconditionFailed(
      call,
      object,
      `the UID in the precondition (${options.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
    );
  }
  if (options.resourceVersion !== undefined && options.resourceVersion !== resourceVersion) {
    throw preconditionFailed(
      call,
      object,
      `the ResourceVersion in the precondition (${options.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`,
    );
  }
}

function preconditionFailed(call: Call, object: KubeObject, why: string): StatusError {
  return conflict(labelOf(call.kind), object.metadata.name, why);
}
