import type { KubeObject } from "../api/meta.js";
import { fieldCause, forbidden, invalid } from "../api/status-error.js";
import { stringAt } from "../registry/fields.js";
import { type Answer, type Call, findObject, requireVersion } from "./call.js";
import { collectDependents } from "./dependents.js";
import {
  type Authorship,
  asStored,
  inVersion,
  prepareStatusUpdated,
  prepareUpdated,
  refuseAmongOthers,
} from "./prepare-object.js";
import { parseWriteOptions, type WriteOptions } from "./request-options.js";
import { retryInTurn } from "./retry-on-conflict.js";
import { conformToKind, readDocument, requireName, requireOwnName } from "./sent-object.js";
import { writeContext } from "./write-context.js";
import { labelOf, writeRemoved, writeUpdated } from "./writer.js";

/** Which half of an object a write is about. */
export type Half = "main" | "status";

/** An object as it shall be, beside what it is. */
interface Update {
  readonly before: KubeObject;
  readonly sent: KubeObject;
  readonly half: Half;
  readonly options: WriteOptions;
  /** Whether the managedFields of `sent` are up to date already. */
  readonly tracked?: boolean;
}

/** `PUT` of an object. */
export function updateObject(call: Call): Promise<Answer> {
  return replace(call, "main");
}

/** `PUT` of an object's status. */
export function updateStatus(call: Call): Promise<Answer> {
  return replace(call, "status");
}

async function replace(call: Call, half: Half): Promise<Answer> {
  const userAgent = call.request.headers.get("user-agent");
  const options = parseWriteOptions(call.query, userAgent, "UpdateOptions");
  const document = await readDocument(call);
  const attempt = async (): Promise<Answer> => {
    const before = await findObject(call);
    const { object, warnings } = await conformToKind(call, document, options, before);
    requireOwnName(call, object);
    requireResourceVersion(call, object);
    requireName(call, object, before);
    requireVersion(call, object, before);
    return answerUpdate(call, { before, sent: object, half, options }, warnings);
  };
  return stringAt(document, "metadata", "resourceVersion") ? attempt() : retryInTurn(call, attempt);
}

/** Custom resources cannot be replaced blindly. Source: apiextensions-apiserver `AllowUnconditionalUpdate`. */
function requireResourceVersion({ kind }: Call, sent: KubeObject): void {
  if (kind.builtin || sent.metadata.resourceVersion) return;
  throw invalid(kind, sent.metadata.name ?? "", [
    fieldCause.invalid("metadata.resourceVersion", 0, "must be specified for an update"),
  ]);
}

/** Carries an update out, and answers it with what it warns of. @throws as `applyUpdate` */
export async function answerUpdate(
  call: Call,
  update: Update,
  warnings: readonly string[],
): Promise<Answer> {
  const object = await applyUpdate(call, update);
  const own = call.kind.updateWarnings?.(update.sent, update.before, update.half) ?? [];
  return { type: "Object", code: 200, object, warnings: [...warnings, ...own] };
}

/**
 * Writes what an update makes of an object, unless that is nothing; removes the object when its deletion waited for
 * this update. Answers it under the requested version.
 *
 * @throws StatusError 422
 * @throws StoreError Conflict when somebody else wrote since `before` was read
 */
export async function applyUpdate(call: Call, update: Update): Promise<KubeObject> {
  const { before, sent, half, options, tracked = false } = update;
  const { kind } = call;
  const { fieldManager } = options;
  const by: Authorship = { ...writeContext(call), fieldManager, tracked };
  const named = { ...sent, metadata: { ...sent.metadata, name: before.metadata.name } };
  const prepare = half === "status" ? prepareStatusUpdated : prepareUpdated;
  const after = await prepare(kind, before, named, by);
  if (half === "main" && after !== before) await refuseAmongOthers(call.backend, kind, after);
  if (half === "status" && after !== before) await refuseStatus(call, before, after);
  const written = after === before || options.dryRun ? after : await write(call, before, after);
  return inVersion(kind, written, call.apiVersion);
}

async function refuseStatus(call: Call, before: KubeObject, after: KubeObject): Promise<void> {
  const { kind, backend } = call;
  const why = await kind.refusesStatusUpdate?.(after, before, writeContext(call), backend.store);
  if (why !== undefined) throw forbidden(labelOf(kind), before.metadata.name, why);
}

async function write(call: Call, before: KubeObject, after: KubeObject): Promise<KubeObject> {
  const stored = asStored(call.kind, before);
  if (!isLastFinalizerGone(after)) return writeUpdated(call, call.kind, stored, after);
  await writeRemoved(call, call.kind, stored);
  collectDependents(call, call.kind, [stored]);
  return after;
}

function isLastFinalizerGone({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined && (metadata.finalizers ?? []).length === 0;
}
