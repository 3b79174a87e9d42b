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
  type ServerSideApply,
  serverSideApply,
} from "./patch-object.js";

/** Writes an object as planned; what the server refuses is in the answer. */
export async function writeObject(
  { connection, signal }: ApplyContext,
  { path, collection, desired }: ApplyTarget,
  plan: Write,
  precondition?: Precondition,
): Promise<MemberResponse> {
  switch (plan.kind) {
    case "Create":
      return await createObject(connection, collection, desired, signal);
    case "Patch":
      return await patchObject(connection, { ...plan, path, precondition }, signal);
    case "ServerSideApply": {
      const apply = { path, object: desired, force: plan.force, precondition };
      return await applyAndUpgrade({ connection, signal }, apply);
    }
  }
}

/** What we have created or patched before becomes applied, once; applying again then removes what is no longer set. */
async function applyAndUpgrade(
  { connection, signal }: Pick<ApplyContext, "connection" | "signal">,
  apply: ServerSideApply,
): Promise<MemberResponse> {
  const response = await serverSideApply(connection, apply, signal);
  if (!succeeded(response)) return response;
  const live: KubeObject = objectOf(response, apply.path);
  const managers = upgradedManagers(live);
  if (!managers) return response;
  const { resourceVersion } = live.metadata;
  const upgrade = { path: apply.path, managers, resourceVersion };
  const upgraded = await replaceManagedFields(connection, upgrade, signal);
  return succeeded(upgraded)
    ? await serverSideApply(connection, { ...apply, precondition: undefined }, signal)
    : upgraded;
}
