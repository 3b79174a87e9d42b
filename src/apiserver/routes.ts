import { notFound, StatusError } from "../api/status-error.js";
import type { Action, Kind, ObjectView } from "../registry/kind.js";
import type { Answer, Call } from "./call.js";
import { isNamespaceKind } from "./catalog.js";
import { createObject } from "./create-object.js";
import { deleteCollection, deleteObject } from "./delete-object.js";
import { finalizeNamespace } from "./finalize-namespace.js";
import { isWatch } from "./list-options.js";
import { followView, showView } from "./object-view.js";
import { patchObject, patchStatus } from "./patch-object.js";
import { performAction } from "./perform-action.js";
import { getObject, listObjects } from "./read-object.js";
import type { View } from "./representation.js";
import { getScale, patchScale, updateScale } from "./scale.js";
import { updateObject, updateStatus } from "./update-object.js";
import { watchCollection } from "./watch-stream.js";
import { labelOf } from "./writer.js";

/** What a request does, in the words of authorization, and who does it. */
export interface Route {
  readonly verb: string;
  readonly handle: (call: Call, view: View) => Promise<Answer>;
  /** Whether it can also answer in plain text. */
  readonly plainText?: boolean;
}

type Methods = Readonly<Record<string, Route>>;

const LIST: Methods = { GET: { verb: "list", handle: listObjects } };
const LIST_AND_CREATE: Methods = { ...LIST, POST: { verb: "create", handle: createObject } };
const COLLECTION: Methods = {
  ...LIST_AND_CREATE,
  DELETE: { verb: "deletecollection", handle: deleteCollection },
};
const READ_OBJECT: Methods = { GET: { verb: "get", handle: getObject } };
const OBJECT: Methods = {
  ...READ_OBJECT,
  PUT: { verb: "update", handle: updateObject },
  PATCH: { verb: "patch", handle: patchObject },
  DELETE: { verb: "delete", handle: deleteObject },
};
const STATUS: Methods = {
  GET: { verb: "get", handle: getObject },
  PUT: { verb: "update", handle: updateStatus },
  PATCH: { verb: "patch", handle: patchStatus },
};
const SCALE: Methods = {
  GET: { verb: "get", handle: getScale },
  PUT: { verb: "update", handle: updateScale },
  PATCH: { verb: "patch", handle: patchScale },
};
const FINALIZE: Methods = { PUT: { verb: "update", handle: finalizeNamespace } };
const WATCH: Route = { verb: "watch", handle: watchCollection };

/** @throws StatusError 404 when the path does not exist, 405 when it does but not for this method */
export function routeOf(call: Call): Route {
  const { method } = call.request;
  const methods = methodsOf(call);
  const route = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (!route) throw methodNotAllowed();
  return route.handle === listObjects && isWatch(call.query) ? WATCH : route;
}

function methodsOf(call: Call): Methods {
  const { kind, path } = call;
  if (path.namespace !== undefined && !kind.namespaced) throw noSuchResource();
  if (path.name === undefined) return collectionMethods(call);
  if (kind.namespaced && path.namespace === undefined) throw noSuchResource();
  if (path.subresource !== undefined) return subresourceMethods(call, path.subresource);
  return kind.readOnly ? READ_OBJECT : OBJECT;
}

function collectionMethods({ kind, path }: Call): Methods {
  if (kind.readOnly || (kind.namespaced && path.namespace === undefined)) return LIST;
  return isNamespaceKind(kind) ? LIST_AND_CREATE : COLLECTION;
}

function subresourceMethods({ kind, path }: Call, subresource: string): Methods {
  if (subresource === "status" && kind.subresources.status) return STATUS;
  if (subresource === "scale" && kind.subresources.scale) return SCALE;
  if (subresource === "finalize" && isNamespaceKind(kind)) return FINALIZE;
  const action = kind.actions?.find(({ name }) => name === subresource);
  const objectView = kind.views?.find(({ name }) => name === subresource);
  if (!action && !objectView) throw noSuchSubresource(kind, path.name ?? "");
  return { ...(action && actionMethods(action)), ...(objectView && viewMethods(objectView)) };
}

function actionMethods(action: Action): Methods {
  return { POST: { verb: "create", handle: (call) => performAction(call, action) } };
}

function viewMethods(objectView: ObjectView): Methods {
  const handle: Route["handle"] = (call, view) =>
    isWatch(call.query) ? followView(call, objectView, view.form) : showView(call, objectView);
  return { GET: { verb: "get", handle, plainText: true } };
}

/** Custom resources name the object, whether it is there or not. Source: apiextensions-apiserver `customresource_handler.go`. */
function noSuchSubresource(kind: Kind, name: string): StatusError {
  return kind.builtin ? noSuchResource() : notFound(labelOf(kind), name);
}

/** For a path in a served group that leads nowhere. */
export function noSuchResource(): StatusError {
  return new StatusError(404, "NotFound", "the server could not find the requested resource", {});
}

export function methodNotAllowed(): StatusError {
  return new StatusError(
    405,
    "MethodNotAllowed",
    "the server does not allow this method on the requested resource",
    {},
  );
}
