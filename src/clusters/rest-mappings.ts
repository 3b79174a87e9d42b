import { z } from "zod";
import { apiVersionOf } from "../manifests/identifier.js";
import type { ResourceIdentifier } from "../manifests/outcome.js";
import { builtInMapping, groupVersionPath, type RestMapping } from "../manifests/rest-path.js";
import { parseAnswer, succeeded, wordsOf } from "./answer.js";
import type { MemberConnection } from "./member-connection.js";

const APIResourceList = z.object({
  resources: z.array(z.object({ name: z.string(), kind: z.string(), namespaced: z.boolean() })),
});

/** Kinds of one group version, as the member's discovery lists them. */
type Served = ReadonlyMap<string, RestMapping>;

export type MappingLookup =
  | { readonly kind: "Found"; readonly mapping: RestMapping }
  /** The member does not serve the kind (yet). */
  | { readonly kind: "NotServed"; readonly message: string }
  /** The member did not tell. */
  | { readonly kind: "Failed"; readonly message: string };

/** What members have told about kinds that are not built in, kept as long as their connections. */
const servedByConnection = new WeakMap<MemberConnection, Map<string, Served>>();

/** How a kind is addressed on a member: built-in kinds at once, others by asking its discovery once per group version. */
export async function findMapping(
  connection: MemberConnection,
  identifier: ResourceIdentifier,
  signal: AbortSignal,
): Promise<MappingLookup> {
  const builtIn = builtInMapping(identifier);
  if (builtIn) return { kind: "Found", mapping: builtIn };

  const path = groupVersionPath(identifier);
  const known = servedByConnection.get(connection) ?? new Map<string, Served>();
  servedByConnection.set(connection, known);
  const mapping = known.get(path)?.get(identifier.kind);
  if (mapping) return { kind: "Found", mapping };

  const response = await connection.request({ method: "GET", path, signal });
  if (response.status === 404) return notServed(identifier);
  if (!succeeded(response)) return { kind: "Failed", message: wordsOf(response) };
  const served = servedKinds(parseAnswer(APIResourceList, response, path));
  known.set(path, served);
  const found = served.get(identifier.kind);
  return found ? { kind: "Found", mapping: found } : notServed(identifier);
}

/** Source: the words of kubectl and client-go's RESTMapper. */
function notServed(identifier: ResourceIdentifier): MappingLookup {
  const message = `no matches for kind "${identifier.kind}" in version "${apiVersionOf(identifier)}"`;
  return { kind: "NotServed", message };
}

/** Subresources (`widgets/status`) share the kind of their resource and are left out. */
function servedKinds({ resources }: z.infer<typeof APIResourceList>): Served {
  return new Map(
    resources
      .filter(({ name }) => !name.includes("/"))
      .map(({ name, kind, namespaced }) => [kind, { plural: name, namespaced }]),
  );
}
