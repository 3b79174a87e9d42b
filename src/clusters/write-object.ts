import type { KubeObject } from "../api/meta.js";
import { upgradedManagers } from "../manifests/field-managers.js";
import type { Write } from "../manifests/write-plan.js";
import { objectOf, succeeded } from "./answer.js";
import type { ApplyContext, ApplyTarget } from "./apply-target.js";
import type { MemberResponse } from "./member-connection.js";
import {
  createObject,
  type Precondition,
  patchObject,
  replaceManagedFields,
  serverSideApply,
} from "./patch-object.js";

/** The object on the member that is written over, as far as it is known. */
export interface WrittenOver {
  readonly live?: KubeObject | undefined;
  readonly precondition?: Precondition | undefined;
}

/** Writes an object as planned; what the server refuses is in the answer. */
export async function writeObject(
  context: ApplyContext,
  target: ApplyTarget,
  plan: Write,
  over: WrittenOver = {},
): Promise<MemberResponse> {
  const { connection, signal } = context;
  const { path, collection, desired } = target;
  switch (plan.kind) {
    case "Create":
      return await createObject(connection, collection, desired, signal);
    case "Patch":
      return await patchObject(
        connection,
        { ...plan, path, precondition: over.precondition },
        signal,
      );
    case "ServerSideApply":
      return await upgradeAndApply(context, target, plan.force, over);
  }
}

/**
 * Server-side applies. What we have created or patched before counts as applied from then on: it is no conflict, and is
 * removed when it is no longer set.
 */
async function upgradeAndApply(
  { connection, signal }: ApplyContext,
  { path, desired }: ApplyTarget,
  force: boolean,
  { live, precondition }: WrittenOver,
): Promise<MemberResponse> {
  const apply = { path, object: desired, force, precondition };
  const managers = live && upgradedManagers(live);
  if (!managers) return await serverSideApply(connection, apply, signal);
  const { uid = "", resourceVersion } = live.metadata;
  const upgraded = await replaceManagedFields(
    connection,
    { path, managers, resourceVersion },
    signal,
  );
  if (!succeeded(upgraded)) return upgraded;
  const version = objectOf(upgraded, path).metadata.resourceVersion;
  const anew = { ...apply, precondition: { uid, resourceVersion: version } };
  return await serverSideApply(connection, anew, signal);
}
