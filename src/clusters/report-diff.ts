import { objectOf, succeeded } from "./answer.js";
import type { ApplyContext, ApplyTarget } from "./apply-target.js";
import { compareWithLive } from "./compare-object.js";
import { compared, failed, type ManifestResult, notFindable } from "./manifest-result.js";
import type { MemberResponse } from "./member-connection.js";

/**
 * Compares the object on the member with its manifest, whoever it belongs to, and writes nothing: `applied` then says
 * that the comparison was possible.
 */
export async function reportDiff(
  context: ApplyContext,
  target: ApplyTarget,
): Promise<ManifestResult> {
  const { connection, strategy, signal } = context;
  const { identifier, path, manifest } = target;
  const read = await readObject(context, target);
  if (read.status === 404) return compared(target, undefined, []);
  if (!succeeded(read)) return notFindable(target, read);
  const live = objectOf(read, path);
  const pair = { path, manifest, live };
  const comparison = await compareWithLive(connection, pair, strategy.comparisonOption, signal);
  if (comparison.kind === "Compared") return compared(target, live, comparison.details);
  return failed(identifier, "FailedToReportDiff", comparison.message, comparison.retryable);
}

/** The answer to reading the object on the member. */
export async function readObject(
  { connection, signal }: ApplyContext,
  { path }: ApplyTarget,
): Promise<MemberResponse> {
  return await connection.request({ method: "GET", path, signal });
}
