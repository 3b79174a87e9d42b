import type { KubeObject } from "../api/meta.js";
import {
  alreadyExists,
  badRequest,
  fieldCause,
  invalid,
  StatusError,
} from "../api/status-error.js";
import { isStoreError } from "../storage/object-store.js";
import type { Answer, Call } from "./call.js";
import { generatedName } from "./generated-name.js";
import { requireNamespace } from "./namespaces.js";
import { inVersion, prepareCreated, refuseAmongOthers } from "./prepare-object.js";
import { parseWriteOptions, type WriteOptions } from "./request-options.js";
import { readObject } from "./sent-object.js";
import { writeContext } from "./write-context.js";
import { labelOf, refOf, writeCreated } from "./writer.js";

/** How often a generated name is drawn again when it is taken. Source: apiserver `maxNameGenerationCreateAttempts`. */
const NAME_TRIES = 8;

/** `POST` to a collection. */
export async function createObject(call: Call): Promise<Answer> {
  const userAgent = call.request.headers.get("user-agent");
  const options = parseWriteOptions(call.query, userAgent, "CreateOptions");
  const { object, warnings } = await readObject(call, options);
  if (object.metadata.resourceVersion) {
    throw badRequest("resourceVersion should not be set on objects to be created");
  }
  const created = await createSent(call, object, options, false);
  return { type: "Object", code: 201, object: created, warnings };
}

/**
 * Stores a new object and answers it under the requested version.
 *
 * @param tracked whether its managedFields are complete
 * @throws StatusError 403, 404, 409, 422
 */
export async function createSent(
  call: Call,
  sent: KubeObject,
  options: WriteOptions,
  tracked: boolean,
): Promise<KubeObject> {
  const { name, generateName } = sent.metadata;
  if (name) return createNamed(call, sent, name, options, tracked);
  if (!generateName) {
    throw invalid(call.kind, "", [
      fieldCause.required("metadata.name", "name or generateName is required"),
    ]);
  }
  for (let attempt = 1; ; attempt += 1) {
    const generated = generatedName(generateName, call.backend.newUid());
    try {
      return await createNamed(call, sent, generated, options, tracked);
    } catch (error) {
      if (!isNameTaken(error) || attempt === NAME_TRIES) throw error;
    }
  }
}

async function createNamed(
  call: Call,
  sent: KubeObject,
  name: string,
  options: WriteOptions,
  tracked: boolean,
): Promise<KubeObject> {
  const { backend, kind } = call;
  const namespace = kind.namespaced ? call.path.namespace : undefined;
  const given = { name, namespace, uid: backend.newUid() };
  const by = { ...writeContext(call), fieldManager: options.fieldManager, tracked };
  const object = await prepareCreated(kind, sent, given, by);
  if (namespace !== undefined) await requireNamespace(backend, kind, name, namespace);
  await refuseAmongOthers(backend, kind, object);
  if (options.dryRun) {
    if (await backend.store.get(refOf(kind, name, namespace)))
      throw alreadyExists(labelOf(kind), name);
    return inVersion(kind, object, call.apiVersion);
  }
  try {
    return inVersion(kind, await writeCreated(call, kind, object), call.apiVersion);
  } catch (error) {
    throw isStoreError(error, "AlreadyExists") ? alreadyExists(labelOf(kind), name) : error;
  }
}

function isNameTaken(error: unknown): boolean {
  return error instanceof StatusError && error.reason === "AlreadyExists";
}
