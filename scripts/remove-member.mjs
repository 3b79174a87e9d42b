// Takes an AKS cluster out of the fleet: deletes the MemberCluster, and takes back the roles that add-member has given.
import { connectHub } from "./hub.mjs";
import { bindingName, revoke } from "./member-roles.mjs";
import { Changes, main, readSettings, UsageError } from "./settings.mjs";

const USAGE = `usage: node scripts/remove-member.mjs --cluster RESOURCE_ID [options]
       node scripts/remove-member.mjs --member NAME [options]
       node scripts/remove-member.mjs --reader SCOPE [options]

  --cluster RESOURCE_ID  the AKS cluster
  --member NAME          the member, whose cluster the hub knows
  --roles-only           takes the roles back and leaves the member
  --context NAME         kubectl context of the cluster, to take the binding of cluster-admin away
  --reader SCOPE         takes back what add-member --reader has given
  --timeout SECONDS      how long to wait until the member has left; 120
  --identity ID          principal id of the app's identity (API_IDENTITY_PRINCIPAL_ID)
  --hub URL              where the API is served (SERVICE_API_URI)
  --server-id ID         client id of the app registration (AUTH_CLIENT_ID)
  --dry-run              says what it would do
`;

await main("remove-member", USAGE, async () => {
  const settings = readSettings(USAGE, {
    cluster: { type: "string" },
    member: { type: "string" },
    "roles-only": { type: "boolean" },
    context: { type: "string" },
    reader: { type: "string" },
    timeout: { type: "string", default: "120" },
    identity: { type: "string" },
    hub: { type: "string" },
    "server-id": { type: "string" },
    "dry-run": { type: "boolean" },
  });
  const { values, need } = settings;
  const { cluster, member, reader } = values;
  if (!cluster && !member && !reader) {
    throw new UsageError("--cluster, --member or --reader is missing");
  }
  const principal = need("identity", "API_IDENTITY_PRINCIPAL_ID");
  const changes = new Changes(values["dry-run"]);
  if (reader) revoke(changes, reader, principal);
  if (!cluster && !member) return;
  const scope = await leave(changes, settings);
  if (!scope) return;
  revoke(changes, scope, principal);
  unbind(changes, principal, values.context);
});

/**
 * The member first: while placements still pick it, the app needs its roles. Answers the cluster's resource id; undefined
 * when nobody knows it.
 */
async function leave(changes, settings) {
  const { cluster, member: name, timeout, "roles-only": rolesOnly } = settings.values;
  if (rolesOnly && cluster) return cluster;
  const hub = connectHub(settings);
  const member = name ? await hub.member(name) : await hub.memberOf(cluster);
  if (!member) {
    process.stdout.write(`the hub has no member ${name ?? `for ${cluster}`}\n`);
    return cluster;
  }
  const resourceId = cluster ?? member.spec.aks?.resourceId;
  if (!resourceId) throw new Error(`${name} is not an AKS cluster: kubectl delete it`);
  if (rolesOnly) return resourceId;
  warnOfDiscovery(member, resourceId);
  const { name: found } = member.metadata;
  await changes.perform(`delete member ${found} from ${hub.url}`, () =>
    hub.removeMember(found, Number(timeout)),
  );
  return resourceId;
}

function warnOfDiscovery({ metadata, status }, resourceId) {
  const discovered = status?.conditions?.find(({ type }) => type === "Discovered");
  if (discovered?.status !== "True") return;
  process.stdout.write(
    `${metadata.name} was found by the tag fleet and comes back while its cluster has it: az tag update --resource-id ${resourceId} --operation Delete --tags fleet=${metadata.labels?.fleet ?? ""}\n`,
  );
}

function unbind(changes, principal, context) {
  const args = ["delete", "clusterrolebinding", bindingName(principal), "--ignore-not-found"];
  if (context) changes.run("kubectl", ["--context", context, ...args]);
  else process.stdout.write(`where cluster-admin was bound: kubectl ${args.join(" ")}\n`);
}
