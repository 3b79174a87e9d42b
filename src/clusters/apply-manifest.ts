import type { KubeObject } from "../api/meta.js";
import { upgradedManagers } from "../manifests/field-managers.js";
import { identifierOf } from "../manifests/identifier.js";
import type { InventoryEntry, ResourceIdentifier } from "../manifests/outcome.js";
import { planWrite, type Write, type WritePlan } from "../manifests/write-plan.js";
import { isTransient, objectOf, succeeded } from "./answer.js";
import { type ApplyContext, type ApplyTarget, targetOf } from "./apply-target.js";
import { decideAboutLive } from "./live-decision.js";
import { applied, failed, leftAlone, type ManifestResult, notFindable } from "./manifest-result.js";
import type { MemberResponse } from "./member-connection.js";
import { isConflict, isStale } from "./patch-object.js";
import { readObject, reportDiff } from "./report-diff.js";
import { findMapping } from "./rest-mappings.js";
import { writeObject } from "./write-object.js";

/** How often an object is read anew because somebody changed it between reading and applying. */
const MAX_READS = 3;

/**
 * Applies one manifest, or with ReportDiff compares it. What the server itself refuses when it is wrong is written
 * without reading first: an object that the inventory does not know is created, and one that it knows by its uid is
 * server-side applied. Any other object is read, and what is found decides.
 */
export async function applyManifest(
  context: ApplyContext,
  manifest: KubeObject,
  known: InventoryEntry | undefined,
): Promise<ManifestResult> {
  const { connection, strategy, signal } = context;
  const identifier = identifierOf(manifest);
  const lookup = await findMapping(connection, identifier, signal);
  if (lookup.kind !== "Found") {
    return failed(identifier, "ManifestApplyFailed", lookup.message, true);
  }
  if (identifier.namespace && !lookup.mapping.namespaced) {
    return failed(identifier, "ManifestApplyFailed", outsideNamespace(identifier), false);
  }
  const target = targetOf(context, manifest, lookup.mapping);
  if (strategy.type === "ReportDiff") return await reportDiff(context, target);
  const plan = planFor(context, target, undefined);
  if (plan.kind === "Create" && !known?.uid) return await createOrApply(context, target, plan);
  if (known?.uid && plan.kind === "ServerSideApply" && strategy.whenToApply !== "IfNotDrifted") {
    const precondition = { uid: known.uid };
    const response = await writeObject(context, target, plan, { precondition });
    if (!isStale(response) && !isOurOwnDoing(response)) {
      return applied(context, target, response, () => known.specHash === target.specHash);
    }
  }
  return await readAndApply(context, target);
}

/** A namespaced placement must not get out of its namespace by a kind that only the member knows to have none. */
function outsideNamespace({ kind, name, namespace }: ResourceIdentifier): string {
  return `${kind} ${name} is said to be in the namespace ${namespace}, but the member has ${kind} at the cluster scope`;
}

async function createOrApply(
  context: ApplyContext,
  target: ApplyTarget,
  plan: Write,
): Promise<ManifestResult> {
  const response = await writeObject(context, target, plan);
  if (succeeded(response) || isTransient(response)) {
    return applied(context, target, response, () => false);
  }
  return await readAndApply(context, target, response);
}

/** @param refusal the server's answer to creating the object, which counts if there really is none */
async function readAndApply(
  context: ApplyContext,
  target: ApplyTarget,
  refusal?: MemberResponse,
): Promise<ManifestResult> {
  for (let reads = 1; ; reads++) {
    const read = await readObject(context, target);
    if (!succeeded(read) && read.status !== 404) return notFindable(target, read);
    if (read.status === 404 && refusal) return applied(context, target, refusal, () => false);
    const { result, outdated } = await applyOverRead(context, target, read);
    if (!outdated || reads === MAX_READS) return result;
  }
}

interface Attempt {
  readonly result: ManifestResult;
  /** The object has been changed, replaced, made or removed since it was read. */
  readonly outdated: boolean;
}

/** @param read the object, or a 404 */
async function applyOverRead(
  context: ApplyContext,
  target: ApplyTarget,
  read: MemberResponse,
): Promise<Attempt> {
  const live = succeeded(read) ? objectOf(read, target.path) : undefined;
  const decision = live && (await decideAboutLive(context, target, live));
  if (decision?.kind === "LeaveAlone") {
    return { result: leftAlone(target, decision), outdated: false };
  }
  const plan = planFor(context, target, live);
  const response =
    plan.kind === "Nothing"
      ? read
      : await writeObject(context, target, plan, { live, precondition: decision?.precondition });
  const gone = plan.kind === "Patch" && response.status === 404;
  const isUnchanged = (version?: string) => version === live?.metadata.resourceVersion;
  return {
    result: applied(context, target, response, isUnchanged),
    outdated: gone || isStale(response),
  };
}

/**
 * Whether what we have set by creating and patching stands in the way of server-side apply: it may be what an apply
 * conflicts with, and would never be removed.
 */
function isOurOwnDoing(response: MemberResponse): boolean {
  if (!succeeded(response)) return isConflict(response);
  return upgradedManagers(objectOf(response, "server-side apply")) !== undefined;
}

function planFor(
  { strategy }: ApplyContext,
  { desired, schema, builtIn }: ApplyTarget,
  live: KubeObject | undefined,
): WritePlan {
  return planWrite({ desired, live, strategy, schema, builtIn });
}
