import { availabilityOf } from "../manifests/availability.js";
import type { Availability, ResourceIdentifier } from "../manifests/outcome.js";
import { restPath } from "../manifests/rest-path.js";
import { objectOf, succeeded, wordsOf } from "./answer.js";
import type { MemberConnection } from "./member-connection.js";
import { findMapping } from "./rest-mappings.js";

/**
 * Whether an object on a member does what it is for, or why nothing can be said of it, in the server's words.
 *
 * @param uid the object that is meant; without it, whichever has the name
 * @throws MemberUnreachable
 */
export async function readAvailability(
  connection: MemberConnection,
  identifier: ResourceIdentifier,
  signal: AbortSignal,
  uid?: string,
): Promise<Availability> {
  const notYet = (message: string): Availability => ({ state: "NotAvailableYet", message });
  const lookup = await findMapping(connection, identifier, signal);
  if (lookup.kind !== "Found") return notYet(lookup.message);
  const path = restPath(lookup.mapping, identifier);
  const response = await connection.request({ method: "GET", path, signal });
  if (!succeeded(response)) return notYet(wordsOf(response));
  const live = objectOf(response, path);
  if (uid !== undefined && live.metadata.uid !== uid) {
    return notYet("the object has been replaced by another one");
  }
  return availabilityOf(live);
}
