import type { KubeObject } from "../api/meta.js";
import type { ApplyStrategyOptions } from "../manifests/apply-strategy.js";
import { diff, type PatchDetail } from "../manifests/diff.js";
import { isTransient, objectOf, succeeded, wordsOf } from "./answer.js";
import type { MemberConnection } from "./member-connection.js";
import { serverSideApply } from "./patch-object.js";

export type Comparison =
  | {
      readonly kind: "Compared";
      readonly details: readonly PatchDetail[];
      /** The whole was compared because the server could not tell what an apply would change. */
      readonly degraded: boolean;
    }
  | { readonly kind: "Failed"; readonly message: string; readonly retryable: boolean };

/**
 * Compares a manifest with the live object: by what a forced apply would change, or with FullComparison as a whole.
 * Where the server refuses the manifest as invalid, the whole is compared as well.
 *
 * Source: KubeFleet work applier, drift and diff detection (its degraded mode).
 */
export async function compareWithLive(
  connection: MemberConnection,
  { path, manifest, live }: { path: string; manifest: KubeObject; live: KubeObject },
  comparison: ApplyStrategyOptions["comparisonOption"],
  signal: AbortSignal,
): Promise<Comparison> {
  const whole = { kind: "Compared", details: diff(manifest, live) } as const;
  if (comparison === "FullComparison") return { ...whole, degraded: false };
  const dryRun = { path, object: manifest, force: true, dryRun: true };
  const response = await serverSideApply(connection, dryRun, signal);
  if (succeeded(response)) {
    return { kind: "Compared", details: diff(objectOf(response, path), live), degraded: false };
  }
  if (response.status === 422) return { ...whole, degraded: true };
  return { kind: "Failed", message: wordsOf(response), retryable: isTransient(response) };
}
