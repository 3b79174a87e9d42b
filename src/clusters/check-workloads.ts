import type { ResourceIdentifier } from "../manifests/outcome.js";
import { mapInParallel } from "./in-parallel.js";
import { type MemberConnection, MemberUnreachable } from "./member-connection.js";
import { readAvailability } from "./read-availability.js";

const MAX_PARALLEL = 8;

/** How many objects the sentence names before it only counts. */
const NAMED = 3;

/**
 * Reads workloads once. Whoever made them since does not matter: only whether they are available.
 *
 * @returns what is wrong, in the words of the member's API server; undefined when everything is available
 */
export async function workloadProblem(
  connection: MemberConnection,
  workloads: readonly ResourceIdentifier[],
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const read = await mapInParallel(workloads, MAX_PARALLEL, async (workload) => {
      const availability = await readAvailability(connection, workload, signal);
      if (availability.state !== "NotAvailableYet") return [];
      const { kind, namespace, name } = workload;
      const subject = `${kind} ${namespace ? `${namespace}/` : ""}${name}`;
      return [`${subject} is not available: ${availability.message}`];
    });
    const problems = read.flat();
    const more = problems.length > NAMED ? [`${problems.length - NAMED} more objects`] : [];
    return [...problems.slice(0, NAMED), ...more].join("; ") || undefined;
  } catch (error) {
    if (error instanceof MemberUnreachable) return error.message;
    throw error;
  }
}
