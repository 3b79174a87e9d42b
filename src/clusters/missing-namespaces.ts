import type { KubeObject } from "../api/meta.js";
import type { ObjectOutcome } from "../manifests/outcome.js";
import { succeeded, wordsOf } from "./answer.js";
import { mapInParallel } from "./in-parallel.js";
import type { MemberConnection } from "./member-connection.js";

export interface NamespaceCreation {
  readonly created: readonly string[];
  /** By namespace, in the server's own words. */
  readonly refused: ReadonlyMap<string, string>;
}

const MAX_PARALLEL = 4;

const NAMESPACES = "/api/v1/namespaces";

/**
 * Creates namespaces that the member lacks, with their labels and nothing else: they do not become the placement's and
 * stay when it goes. Each is looked for first: writing one that exists would fill the member's audit log with refusals.
 */
export async function createMissingNamespaces(
  connection: MemberConnection,
  namespaces: readonly KubeObject[],
  signal: AbortSignal,
): Promise<NamespaceCreation> {
  const created: string[] = [];
  const refused = new Map<string, string>();
  await mapInParallel(namespaces, MAX_PARALLEL, async ({ metadata: { name, labels } }) => {
    if ((await findNamespace(connection, name, signal)) === "Present") return;
    const body = {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name, ...(labels && { labels }) },
    };
    const response = await connection.request({ method: "POST", path: NAMESPACES, body, signal });
    if (succeeded(response)) created.push(name);
    else if (response.status !== 409) refused.set(name, wordsOf(response));
  });
  return { created, refused };
}

/**
 * Whether the member has a namespace; `Unknown` when the server does not let it be read.
 *
 * @throws MemberUnreachable
 */
export async function findNamespace(
  connection: MemberConnection,
  name: string,
  signal: AbortSignal,
): Promise<"Present" | "Missing" | "Unknown"> {
  const path = `${NAMESPACES}/${encodeURIComponent(name)}`;
  const response = await connection.request({ method: "GET", path, signal });
  if (succeeded(response)) return "Present";
  return response.status === 404 ? "Missing" : "Unknown";
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
