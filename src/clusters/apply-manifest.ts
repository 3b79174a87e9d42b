import type { KubeObject } from "../api/meta.js";
import { forcesConflicts } from "../manifests/apply-strategy.js";
import { identifierOf } from "../manifests/identifier.js";
import type { InventoryEntry } from "../manifests/outcome.js";
import { objectOf, succeeded } from "./answer.js";
import { type ApplyContext, type ApplyTarget, targetOf } from "./apply-target.js";
import { compareWithLive } from "./compare-object.js";
import { decideAboutLive } from "./live-decision.js";
import {
  applied,
  compared,
  failed,
  leftAlone,
  type ManifestResult,
  notFindable,
} from "./manifest-result.js";
import type { MemberResponse } from "./member-connection.js";
import { isStale, type Precondition, serverSideApply } from "./patch-object.js";
import { findMapping } from "./rest-mappings.js";

/** How often an object is read anew because somebody changed it between reading and applying. */
const MAX_READS = 3;

/**
 * Applies one manifest, or with ReportDiff compares it. An object that the inventory knows by its uid is applied
 * without reading it first, because the server refuses when it is another one by now. Any other object is read, and
 * what is found decides.
 */
export async function applyManifest(
  context: ApplyContext,
  manifest: KubeObject,
  known: InventoryEntry | undefined,
): Promise<ManifestResult> {
  const { connection, owner, strategy, signal } = context;
  const identifier = identifierOf(manifest);
  const lookup = await findMapping(connection, identifier, signal);
  if (lookup.kind !== "Found") {
    return failed(identifier, "ManifestApplyFailed", lookup.message, true);
  }
  const target = targetOf(manifest, owner, lookup.mapping);
  if (strategy.type === "ReportDiff") return await reportDiff(context, target);
  if (known?.uid && strategy.whenToApply !== "IfNotDrifted") {
    const response = await send(context, target, { uid: known.uid });
    if (!isStale(response)) {
      return applied(context, target, response, () => known.specHash === target.specHash);
    }
  }
  return await readAndApply(context, target);
}

async function readAndApply(context: ApplyContext, target: ApplyTarget): Promise<ManifestResult> {
  for (let reads = 1; ; reads++) {
    const read = await readObject(context, target);
    if (!succeeded(read) && read.status !== 404) return notFindable(target, read);

    const live = succeeded(read) ? objectOf(read, target.path) : undefined;
    const decision = live && (await decideAboutLive(context, target, live));
    if (decision?.kind === "LeaveAlone") return leftAlone(target, decision);

    const response = await send(context, target, decision?.precondition);
    if (isStale(response) && reads < MAX_READS) continue;
    return applied(
      context,
      target,
      response,
      (version) => version === live?.metadata.resourceVersion,
    );
  }
}

/** Writes nothing: `applied` then says that the comparison was possible. */
async function reportDiff(context: ApplyContext, target: ApplyTarget): Promise<ManifestResult> {
  const { connection, strategy, signal } = context;
  const { identifier, path, manifest } = target;
  const read = await readObject(context, target);
  if (read.status === 404) return compared(target, undefined, []);
  if (!succeeded(read)) return notFindable(target, read);
  const live = objectOf(read, path);
  const pair = { path, manifest, live };
  const comparison = await compareWithLive(connection, pair, strategy.comparisonOption, signal);
  if (comparison.kind === "Compared") {
    return compared(target, live, comparison.details);
  }
  return failed(identifier, "FailedToReportDiff", comparison.message, comparison.retryable);
}

async function readObject(
  { connection, signal }: ApplyContext,
  { path }: ApplyTarget,
): Promise<MemberResponse> {
  return await connection.request({ method: "GET", path, signal });
}

async function send(
  { connection, strategy, signal }: ApplyContext,
  { path, desired }: ApplyTarget,
  precondition: Precondition | undefined,
): Promise<MemberResponse> {
  const apply = { path, object: desired, force: forcesConflicts(strategy), precondition };
  return await serverSideApply(connection, apply, signal);
}
