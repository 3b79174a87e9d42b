import type { KubeObject } from "../api/meta.js";
import type { Call } from "./call.js";
import { refOf } from "./writer.js";

/** An older spelling that a field selector asks for, and the name of the one object it stands for. */
export interface OlderName {
  readonly asked: string;
  readonly actual: string;
}

const ONE_NAME = /^metadata\.name==?([^,=!\\]+)$/;

/**
 * The older spelling in a list's or a watch's field selector, when no object has that exact name. That is how kubectl
 * waits for one object: it gets it by its name, and then lists and watches with the name it was given.
 */
export async function olderNameIn(call: Call): Promise<OlderName | undefined> {
  const { backend, kind, path, query } = call;
  const asked = ONE_NAME.exec(query.get("fieldSelector") ?? "")?.[1];
  if (!asked || !kind.resolveName) return undefined;
  if (kind.namespaced && path.namespace === undefined) return undefined;
  if (await backend.store.get(refOf(kind, asked, path.namespace))) return undefined;
  const actual = await kind.resolveName(asked, path.namespace, backend.store);
  return actual === undefined ? undefined : { asked, actual };
}

/** The call's parameters, with the actual name in the field selector. */
export function queryFor({ query }: Call, name: OlderName | undefined): URLSearchParams {
  if (!name) return query;
  const actual = new URLSearchParams(query);
  actual.set("fieldSelector", `metadata.name=${name.actual}`);
  return actual;
}

/** The object under the spelling that was asked for: kubectl takes one with another name for another object. */
export function shownAs(object: KubeObject, name: OlderName | undefined): KubeObject {
  return name ? { ...object, metadata: { ...object.metadata, name: name.asked } } : object;
}
