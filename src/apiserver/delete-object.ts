import type { KubeObject } from "../api/meta.js";
import { forbidden, StatusError } from "../api/status-error.js";
import { isStoreError } from "../storage/object-store.js";
import { type Answer, type Call, findObject } from "./call.js";
import { holdsContents } from "./catalog.js";
import { checkPreconditions, type DeleteOptions, readDeleteOptions } from "./delete-options.js";
import { type Deletion, deleteAtVersion } from "./delete-stored.js";
import { deleteWithContents } from "./delete-with-contents.js";
import { collectDependents, releaseDependents } from "./dependents.js";
import { parseListOptions } from "./list-options.js";
import { inVersion } from "./prepare-object.js";
import { retryOnConflict } from "./retry-on-conflict.js";
import { labelOf } from "./writer.js";

/** `DELETE` of an object: a success Status when it is gone, the object when finalizers hold it. */
export async function deleteObject(call: Call): Promise<Answer> {
  const options = await readDeleteOptions(call);
  const { gone, object } = await retryOnConflict(async () =>
    deleteFound(call, await findObject(call), options),
  );
  if (gone) return { type: "Deleted", object };
  return { type: "Object", code: 200, object: inVersion(call.kind, object, call.apiVersion) };
}

/** `DELETE` of a collection: answers what was selected. */
export async function deleteCollection(call: Call): Promise<Answer> {
  const options = await readDeleteOptions(call);
  const { selects } = parseListOptions(call.query, call.kind);
  const list = await call.backend.store.list({
    ...labelOf(call.kind),
    namespace: call.path.namespace,
  });
  const items = selects ? list.items.filter(selects) : list.items;
  for (const item of items) await deleteListed(call, item, options);
  return { type: "List", items, resourceVersion: list.resourceVersion };
}

async function deleteListed(call: Call, item: KubeObject, options: DeleteOptions): Promise<void> {
  const path = { ...call.path, name: item.metadata.name };
  try {
    await retryOnConflict(async () => {
      const found = await findObject({ ...call, path });
      return deleteFound(call, found, options);
    });
  } catch (error) {
    const goneMeanwhile =
      isStoreError(error, "NotFound") || (error instanceof StatusError && error.code === 404);
    if (!goneMeanwhile) throw error;
  }
}

async function deleteFound(
  call: Call,
  object: KubeObject,
  options: DeleteOptions,
): Promise<Deletion> {
  const { kind } = call;
  const refusal = kind.refusesDeletion?.(object);
  if (refusal !== undefined) throw forbidden(labelOf(kind), object.metadata.name, refusal);
  checkPreconditions(call, options, object);
  if (options.dryRun) return { gone: (object.metadata.finalizers ?? []).length === 0, object };
  if (holdsContents(kind)) return deleteWithContents(call, kind, object);
  const deletion = await deleteAtVersion(call, kind, object);
  if (deletion.gone) (options.orphan ? releaseDependents : collectDependents)(call, kind, [object]);
  return deletion;
}
