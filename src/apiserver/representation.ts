import type { KubeObject } from "../api/meta.js";
import { badRequest } from "../api/status-error.js";
import type { Kind } from "../registry/kind.js";
import type { Answer } from "./call.js";
import { inVersion } from "./prepare-object.js";
import type { ResponseForm } from "./response-form.js";
import { type IncludeObject, type TableLayout, toPartialMetadata, toTable } from "./table.js";

/** How the objects of one answer are shown. */
export interface View {
  readonly kind: Kind;
  readonly apiVersion: string;
  readonly form: ResponseForm;
  readonly includeObject: IncludeObject;
  readonly now: Date;
  /** What of an object the caller may see; absent: all of it. */
  readonly conceal?: ((object: KubeObject) => KubeObject) | undefined;
}

type ListAnswer = Extract<Answer, { readonly type: "List" }>;
/** Bookmarks carry no object, only how far the watch has got. */
export type WatchEventType = "ADDED" | "MODIFIED" | "DELETED";

const INCLUDES = ["None", "Metadata", "Object"] as const;

/** @throws StatusError 400 */
export function parseIncludeObject(query: URLSearchParams): IncludeObject {
  const text = query.get("includeObject") || "Metadata";
  const include = INCLUDES.find((known) => known === text);
  if (include) return include;
  throw badRequest(`invalid includeObject value: "${text}"; it is one of ${INCLUDES.join(", ")}`);
}

/** One object as the client wants it. */
export function showObject(view: View, object: KubeObject, columns = true): unknown {
  const shown = visible(view, inVersion(view.kind, object, view.apiVersion));
  switch (view.form.as) {
    case "Object":
      return written(view.kind, shown);
    case "PartialObjectMetadata":
      return toPartialMetadata(shown, view.form.metaVersion);
    case "Table":
      return toTable(layoutOf(view), [shown], versionOf(object), columns);
  }
}

export function showList(view: View, list: ListAnswer): unknown {
  const { resourceVersion, continueToken, remainingItemCount } = list;
  const metadata = {
    resourceVersion,
    ...(continueToken !== undefined && { continue: continueToken }),
    ...(remainingItemCount !== undefined && { remainingItemCount }),
  };
  const { kind, apiVersion, form } = view;
  const items = list.items.map((item) => visible(view, item));
  switch (form.as) {
    case "Object":
      return {
        kind: `${kind.kind}List`,
        apiVersion,
        metadata,
        items: items.map((item) => written(kind, item)),
      };
    case "PartialObjectMetadata":
      return {
        kind: "PartialObjectMetadataList",
        apiVersion: `meta.k8s.io/${form.metaVersion}`,
        metadata,
        items: items.map((item) => toPartialMetadata(item, form.metaVersion)),
      };
    case "Table":
      return toTable(layoutOf(view), items, metadata);
  }
}

/** An event of a watch. `first` is whether it is the first of its stream. */
export function showEvent(view: View, type: WatchEventType, object: KubeObject, first: boolean) {
  return { type, object: showObject(view, object, first) };
}

/** @param initialEventsEnd marks the end of the objects that were there when the watch began */
export function showBookmark(view: View, resourceVersion: string, initialEventsEnd: boolean) {
  const { kind, apiVersion, form } = view;
  const identity =
    form.as === "PartialObjectMetadata"
      ? { kind: "PartialObjectMetadata", apiVersion: `meta.k8s.io/${form.metaVersion}` }
      : { kind: kind.kind, apiVersion };
  const annotations = initialEventsEnd && { annotations: { "k8s.io/initial-events-end": "true" } };
  return {
    type: "BOOKMARK",
    object: { ...identity, metadata: { resourceVersion, ...annotations } },
  };
}

function written(kind: Kind, object: KubeObject): KubeObject {
  return kind.asWritten?.(object) ?? object;
}

function visible({ conceal }: View, object: KubeObject): KubeObject {
  return conceal ? conceal(object) : object;
}

function layoutOf({ kind, form, includeObject, now }: View): TableLayout {
  return { kind, metaVersion: form.metaVersion, includeObject, now };
}

function versionOf(object: KubeObject): Record<string, unknown> {
  const { resourceVersion } = object.metadata;
  return resourceVersion === undefined ? {} : { resourceVersion };
}
