import type { KubeObject } from "../api/meta.js";
import type { InventoryEntry, ObjectOutcome } from "../manifests/outcome.js";
import { succeeded, wordsOf } from "./answer.js";
import { mapInParallel } from "./in-parallel.js";
import type { MemberConnection } from "./member-connection.js";

export interface NamespaceCreation {
  readonly created: readonly string[];
  /** By namespace, in the server's own words. */
  readonly refused: ReadonlyMap<string, string>;
}

const MAX_PARALLEL = 4;

/**
 * Creates namespaces that the member lacks, with their labels and nothing else: they do not become the placement's and
 * stay when it goes. A namespace in which the inventory has an object is known to exist.
 */
export async function createMissingNamespaces(
  connection: MemberConnection,
  namespaces: readonly KubeObject[],
  inventory: readonly InventoryEntry[],
  signal: AbortSignal,
): Promise<NamespaceCreation> {
  const existing = new Set(inventory.filter(({ uid }) => uid).map(({ namespace }) => namespace));
  const doubtful = namespaces.filter(({ metadata }) => !existing.has(metadata.name));
  const created: string[] = [];
  const refused = new Map<string, string>();
  await mapInParallel(doubtful, MAX_PARALLEL, async ({ metadata: { name, labels } }) => {
    const body = {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name, ...(labels && { labels }) },
    };
    const path = "/api/v1/namespaces";
    const response = await connection.request({ method: "POST", path, body, signal });
    if (succeeded(response)) created.push(name);
    else if (response.status !== 409) refused.set(name, wordsOf(response));
  });
  return { created, refused };
}

/** Adds to a failure why its namespace is missing. */
export function explainMissingNamespace(
  outcome: ObjectOutcome,
  { refused }: NamespaceCreation,
): ObjectOutcome {
  const words = refused.get(outcome.identifier.namespace ?? "");
  if (outcome.applied || !words) return outcome;
  return { ...outcome, message: `${outcome.message} (it could not be created: ${words})` };
}
