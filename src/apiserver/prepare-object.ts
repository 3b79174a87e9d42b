import { isDeepStrictEqual } from "node:util";
import { type KubeObject, toTimestamp } from "../api/meta.js";
import { invalid, type StatusCause } from "../api/status-error.js";
import type { Kind, WriteContext } from "../registry/kind.js";
import { trackManagedFields } from "./apply/server-side-apply.js";
import type { Backend } from "./backend.js";
import { storedApiVersion } from "./catalog.js";
import {
  desiredStateDiffers,
  metadataCauses,
  metadataForCreate,
  metadataForUpdate,
} from "./object-metadata.js";

/** Who writes, when, and under which name. */
export interface Authorship extends WriteContext {
  readonly fieldManager: string;
  /** Whether the object's managedFields are up to date already: server-side apply keeps them itself. */
  readonly tracked: boolean;
}

/** A new object as it is stored: server-owned fields, defaults and validation done. @throws StatusError 422 */
export async function prepareCreated(
  kind: Kind,
  sent: KubeObject,
  given: { readonly name: string; readonly namespace: string | undefined; readonly uid: string },
  by: Authorship,
): Promise<KubeObject> {
  const creationTimestamp = toTimestamp(by.now);
  const metadata = metadataForCreate(sent.metadata, { ...given, creationTimestamp }, kind);
  let object: KubeObject = { ...(kind.subresources.status ? withoutStatus(sent) : sent), metadata };
  object = kind.applyDefaults?.(object) ?? object;
  object = kind.prepareForCreate?.(object, by) ?? object;
  refuse(kind, object, [
    ...metadataCauses(kind, object.metadata),
    ...(kind.validate?.(object) ?? []),
  ]);
  refuse(kind, object, (await kind.validateRules?.(object)) ?? []);
  return asStored(kind, track(kind, undefined, object, by));
}

/** What an update through the main path makes of `before`; equal to it when nothing changes. @throws StatusError 422 */
export async function prepareUpdated(
  kind: Kind,
  before: KubeObject,
  sent: KubeObject,
  by: Authorship,
): Promise<KubeObject> {
  const metadata = metadataForUpdate(sent.metadata, before.metadata);
  let object: KubeObject = {
    ...(kind.subresources.status ? withStatusOf(sent, before) : sent),
    metadata,
  };
  object = kind.applyDefaults?.(object) ?? object;
  object = kind.prepareForUpdate?.(object, before, by) ?? object;
  refuse(kind, object, [
    ...metadataCauses(kind, object.metadata, before.metadata),
    ...(kind.validate?.(object, before) ?? []),
  ]);
  refuse(kind, object, (await kind.validateRules?.(object, before)) ?? []);
  if (kind.generation && desiredStateDiffers(kind, before, object))
    object = withNextGeneration(object);
  return finishUpdate(kind, before, object, by);
}

/** What a write to `/status` makes of `before`: only `status` is taken from what was sent. @throws StatusError 422 */
export async function prepareStatusUpdated(
  kind: Kind,
  before: KubeObject,
  sent: KubeObject,
  by: Authorship,
): Promise<KubeObject> {
  let object = withStatusOf(inVersion(kind, before, sent.apiVersion), sent);
  if (by.tracked) object = withManagedFieldsOf(object, sent);
  object = kind.prepareForStatusUpdate?.(object, before, by) ?? object;
  refuse(kind, object, kind.validateStatus?.(object, before) ?? []);
  refuse(kind, object, (await kind.validateRules?.(object, before)) ?? []);
  return finishUpdate(kind, before, object, by, "status");
}

/** The object with the deletion begun: it goes when its last finalizer goes. */
export function prepareDeletion(kind: Kind, before: KubeObject, now: Date): KubeObject {
  const metadata = {
    ...before.metadata,
    deletionTimestamp: toTimestamp(now),
    deletionGracePeriodSeconds: 0,
  };
  const object = { ...before, metadata };
  return kind.generation ? withNextGeneration(object) : object;
}

/** The same object under another version of its API. */
export function inVersion(kind: Kind, object: KubeObject, apiVersion: string): KubeObject {
  if (object.apiVersion === apiVersion) return object;
  return kind.convert?.(object, apiVersion) ?? { ...object, apiVersion };
}

/** The object under the version in which it is stored. */
export function asStored(kind: Kind, object: KubeObject): KubeObject {
  return inVersion(kind, object, storedApiVersion(kind));
}

function finishUpdate(
  kind: Kind,
  before: KubeObject,
  object: KubeObject,
  by: Authorship,
  subresource?: string,
): KubeObject {
  const after = asStored(kind, track(kind, before, object, by, subresource));
  return isDeepStrictEqual(asJson(after), asJson(asStored(kind, before))) ? before : after;
}

function track(
  kind: Kind,
  before: KubeObject | undefined,
  after: KubeObject,
  by: Authorship,
  subresource?: string,
): KubeObject {
  if (by.tracked) return after;
  return trackManagedFields({
    before,
    after,
    schema: kind.schema,
    manager: by.fieldManager,
    now: by.now,
    ...(subresource !== undefined && { subresource }),
  });
}

/** As the store will give it back: a property set to undefined is no difference. */
function asJson(object: KubeObject): unknown {
  return JSON.parse(JSON.stringify(object));
}

function refuse(kind: Kind, object: KubeObject, causes: readonly StatusCause[]): void {
  if (causes.length > 0) throw invalid(kind, object.metadata.name, causes);
}

/** Refuses an object that does not go together with others. @throws StatusError 422 */
export async function refuseAmongOthers(
  { store }: Pick<Backend, "store">,
  kind: Kind,
  object: KubeObject,
): Promise<void> {
  if (kind.validateAmongOthers) refuse(kind, object, await kind.validateAmongOthers(object, store));
}

function withoutStatus(object: KubeObject): KubeObject {
  const { status: _status, ...rest } = object;
  return rest;
}

function withStatusOf(object: KubeObject, source: KubeObject): KubeObject {
  const rest = withoutStatus(object);
  return source.status === undefined ? rest : { ...rest, status: source.status };
}

function withManagedFieldsOf(object: KubeObject, source: KubeObject): KubeObject {
  const { managedFields: _managedFields, ...rest } = object.metadata;
  const { managedFields } = source.metadata;
  return { ...object, metadata: { ...rest, ...(managedFields && { managedFields }) } };
}

function withNextGeneration(object: KubeObject): KubeObject {
  const generation = (object.metadata.generation ?? 0) + 1;
  return { ...object, metadata: { ...object.metadata, generation } };
}
