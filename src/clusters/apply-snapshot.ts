import { setTimeout as delay } from "node:timers/promises";
import type { KubeObject } from "../api/meta.js";
import type { ApplyStrategyOptions } from "../manifests/apply-strategy.js";
import { definedBySnapshot } from "../manifests/defined-kinds.js";
import { identifierOf, identityKey } from "../manifests/identifier.js";
import { inventoryAfter, leftOvers } from "../manifests/inventory.js";
import type { ApplyReport, InventoryEntry, Owner } from "../manifests/outcome.js";
import type { PatchSchemas } from "../manifests/patch-schema.js";
import { type Screened, screen } from "../manifests/screening.js";
import { inWaves } from "../manifests/waves.js";
import { applyManifest } from "./apply-manifest.js";
import type { ApplyContext } from "./apply-target.js";
import { mapInParallel } from "./in-parallel.js";
import { failed, type ManifestResult } from "./manifest-result.js";
import type { MemberConnection } from "./member-connection.js";
import { createMissingNamespaces, explainMissingNamespace } from "./missing-namespaces.js";
import { type RemainingObject, type RemovalReport, removePlaced } from "./remove-placed.js";

export interface ApplySnapshotRequest {
  readonly owner: Owner;
  readonly manifests: readonly KubeObject[];
  /** What is, or may be, on the member: the inventory of the last report, with or without `writeAhead`. */
  readonly inventory: readonly InventoryEntry[];
  readonly applyStrategy: ApplyStrategyOptions;
  readonly patchSchemas: PatchSchemas;
  /** Namespaces of the hub to create where the member lacks them; they never become the placement's. */
  readonly missingNamespaces?: readonly KubeObject[] | undefined;
}

const MAX_PARALLEL = 16;

/** How long custom resources wait for a definition of the same snapshot. API servers serve one after about a second. */
const DEFINITION_TIMEOUT_MS = 10_000;
const DEFINITION_POLL_MS = 200;

/**
 * Makes a member hold what a snapshot says: prunes left-overs, then applies wave by wave. What the API server refuses is
 * in the report; the next wave does not depend on it. Safe to repeat, and to break off.
 *
 * Source: KubeFleet work applier, order of processing.
 *
 * @throws MemberUnreachable when the member cannot be talked to; what was done until then stays done
 */
export async function applySnapshot(
  connection: MemberConnection,
  request: ApplySnapshotRequest,
  signal: AbortSignal,
): Promise<ApplyReport> {
  const { owner, manifests, inventory, applyStrategy: strategy, patchSchemas } = request;
  const context: ApplyContext = { connection, owner, strategy, patchSchemas, signal };
  if (strategy.type === "ReportDiff") return await reportDifferences(context, request);

  const stale = leftOvers(inventory, manifests);
  const removal = await removePlaced(connection, { owner, inventory: stale }, signal);
  const namespaces = request.missingNamespaces ?? [];
  const creation = await createMissingNamespaces(connection, namespaces, signal);
  const results = await applyInWaves(context, request);
  return {
    ...reportOf(request, results, removal),
    outcomes: results.map(({ outcome }) => explainMissingNamespace(outcome, creation)),
    createdNamespaces: creation.created,
  };
}

/** Compares everything at once, writes nothing and prunes nothing. */
async function reportDifferences(
  context: ApplyContext,
  request: ApplySnapshotRequest,
): Promise<ApplyReport> {
  const results = await mapInParallel(screen(request.manifests), MAX_PARALLEL, (screened) =>
    applyScreened(context, screened, undefined),
  );
  const report = reportOf(request, results, { removed: [], remaining: [] });
  return { ...report, inventory: request.inventory };
}

async function applyInWaves(
  context: ApplyContext,
  { manifests, inventory }: ApplySnapshotRequest,
): Promise<readonly ManifestResult[]> {
  const known = new Map(inventory.map((entry) => [identityKey(entry), entry]));
  const results = new Map<Screened, ManifestResult>();
  const screened = screen(manifests);
  const apply = async (wave: readonly Screened[]) => {
    await mapInParallel(wave, MAX_PARALLEL, async (item) => {
      const entry = known.get(identityKey(identifierOf(item.manifest)));
      results.set(item, await applyScreened(context, item, entry));
    });
  };
  const waves = inWaves(screened, ({ manifest }) => identifierOf(manifest));
  for (const wave of waves) await apply(wave);
  await untilDefined(screened, results, apply);
  return screened.flatMap((item) => results.get(item) ?? []);
}

async function applyScreened(
  context: ApplyContext,
  { manifest, refusal }: Screened,
  known: InventoryEntry | undefined,
): Promise<ManifestResult> {
  if (!refusal) return await applyManifest(context, manifest, known);
  return failed(identifierOf(manifest), refusal.reason, refusal.message, false);
}

/** Applies custom resources again until the server serves their kinds, which the same snapshot defines. */
async function untilDefined(
  screened: readonly Screened[],
  results: ReadonlyMap<Screened, ManifestResult>,
  apply: (wave: readonly Screened[]) => Promise<void>,
): Promise<void> {
  const defined = definedBySnapshot(screened.map(({ manifest }) => manifest));
  const unserved = () =>
    screened.filter((item) => {
      const outcome = results.get(item)?.outcome;
      return defined.has(item.manifest) && outcome?.applied === false && outcome.retryable;
    });
  const deadline = Date.now() + DEFINITION_TIMEOUT_MS;
  for (let wave = unserved(); wave.length > 0 && Date.now() < deadline; wave = unserved()) {
    await delay(DEFINITION_POLL_MS);
    await apply(wave);
  }
}

/** Pruning is done when the server has accepted it; a run does not wait for other people's finalizers. */
function reportOf(
  request: ApplySnapshotRequest,
  results: readonly ManifestResult[],
  { removed, remaining }: RemovalReport,
): ApplyReport {
  const identify = ({ identifier }: RemainingObject) => identifier;
  const accepted = remaining.filter(({ deletionAccepted }) => deletionAccepted);
  const refused = remaining.filter(({ deletionAccepted }) => !deletionAccepted);
  return {
    outcomes: results.map(({ outcome }) => outcome),
    inventory: inventoryAfter(request.inventory, results, refused.map(identify)),
    pruned: [...removed, ...accepted.map(identify)],
    pruneFailures: refused.map(({ identifier, message }) => ({ identifier, message })),
    diffs: results.flatMap(({ diff }) => diff ?? []),
  };
}
