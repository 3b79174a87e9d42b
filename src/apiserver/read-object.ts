import type { KubeObject } from "../api/meta.js";
import { notFound } from "../api/status-error.js";
import { type Answer, type Call, findObject } from "./call.js";
import { holdsContents } from "./catalog.js";
import { finishDeletion } from "./delete-with-contents.js";
import { parseListOptions, parseResourceVersion } from "./list-options.js";
import { isTerminating } from "./namespaces.js";
import { olderNameIn, queryFor, shownAs } from "./older-name.js";
import { pageOf } from "./paging.js";
import { inVersion } from "./prepare-object.js";
import { labelOf } from "./writer.js";

/** `GET` of an object. */
export async function getObject(call: Call): Promise<Answer> {
  parseResourceVersion(call.query.get("resourceVersion"));
  const object = await findObject(call);
  if (holdsContents(call.kind) && isTerminating(object)) {
    const rest = await finishDeletion(call, call.kind, object);
    if (!rest) throw notFound(labelOf(call.kind), object.metadata.name);
  }
  return { type: "Object", code: 200, object };
}

/** `GET` of a collection. */
export async function listObjects(call: Call): Promise<Answer> {
  const older = await olderNameIn(call);
  const options = parseListOptions(queryFor(call, older), call.kind);
  const collection = { ...labelOf(call.kind), namespace: call.path.namespace };
  const list = await call.backend.store.list(collection);
  const page = pageOf(list, options);
  const items = holdsContents(call.kind) ? await stillThere(call, page.items) : page.items;
  const shown = items.map((item) => inVersion(call.kind, shownAs(item, older), call.apiVersion));
  return { type: "List", ...page, items: shown };
}

/** Without the objects whose deletion this very look has finished. */
async function stillThere(
  call: Call,
  items: readonly KubeObject[],
): Promise<readonly KubeObject[]> {
  const looked = await Promise.all(
    items.map((item) => (isTerminating(item) ? finishDeletion(call, call.kind, item) : item)),
  );
  return looked.filter((item) => item !== undefined);
}
