// Makes an AKS cluster a member: gives the app's identity the roles it needs there, and makes the MemberCluster.
import { run } from "../tools/run-command.mjs";
import { connectHub } from "./hub.mjs";
import { bindingName, CLUSTER_USER, grant, RBAC_CLUSTER_ADMIN, READER } from "./member-roles.mjs";
import { Changes, main, readSettings, UsageError } from "./settings.mjs";

const USAGE = `usage: node scripts/add-member.mjs --cluster RESOURCE_ID [options]
       node scripts/add-member.mjs --reader SCOPE [options]

  --cluster RESOURCE_ID  the AKS cluster
  --member NAME          name of the member; the cluster's when left out
  --label KEY=VALUE      a label of the member; repeatable
  --roles-only           gives the roles and leaves the member to discovery
  --context NAME         kubectl context of the cluster, to bind cluster-admin where it does not use Azure RBAC
  --reader SCOPE         lets discovery see the clusters of a cluster, a resource group or a subscription
  --identity ID          principal id of the app's identity (API_IDENTITY_PRINCIPAL_ID)
  --hub URL              where the API is served (SERVICE_API_URI)
  --server-id ID         client id of the app registration (AUTH_CLIENT_ID)
  --dry-run              says what it would do
`;

await main("add-member", USAGE, async () => {
  const settings = readSettings(USAGE, {
    cluster: { type: "string" },
    member: { type: "string" },
    label: { type: "string", multiple: true },
    "roles-only": { type: "boolean" },
    context: { type: "string" },
    reader: { type: "string" },
    identity: { type: "string" },
    hub: { type: "string" },
    "server-id": { type: "string" },
    "dry-run": { type: "boolean" },
  });
  const { values, need } = settings;
  if (!values.cluster && !values.reader) throw new UsageError("--cluster or --reader is missing");
  const labels = labelsIn(values.label ?? []);
  const principal = need("identity", "API_IDENTITY_PRINCIPAL_ID");
  const changes = new Changes(values["dry-run"]);
  if (values.reader) grant(changes, READER, values.reader, principal);
  if (!values.cluster) return;
  const cluster = readCluster(values.cluster);
  giveRoles(changes, cluster, principal, values.context);
  if (!values["roles-only"]) {
    await makeMember(changes, connectHub(settings), cluster, { name: values.member, labels });
  }
});

function labelsIn(texts) {
  const pairs = texts.map((text) => {
    const [key, ...value] = text.split("=");
    if (!key || value.length === 0) throw new UsageError(`--label ${text} is not KEY=VALUE`);
    return [key, value.join("=")];
  });
  return Object.fromEntries(pairs);
}

function readCluster(resourceId) {
  const cluster = JSON.parse(run("az", ["aks", "show", "--ids", resourceId, "--output", "json"]));
  if (cluster.aadProfile) return cluster;
  throw new Error(
    `${cluster.name} has no Microsoft Entra integration, so the app's identity cannot log in there: az aks update --ids ${resourceId} --enable-aad turns it on. Nothing was changed`,
  );
}

function giveRoles(changes, cluster, principal, context) {
  grant(changes, CLUSTER_USER, cluster.id, principal);
  const { enableAzureRbac, enableAzureRBAC } = cluster.aadProfile;
  if (enableAzureRbac || enableAzureRBAC) {
    grant(changes, RBAC_CLUSTER_ADMIN, cluster.id, principal);
  } else {
    bindClusterAdmin(changes, cluster, principal, context);
  }
}

/** On a cluster with roles of its own only somebody who may log in there can do it. */
function bindClusterAdmin(changes, { name: cluster }, principal, context) {
  const name = bindingName(principal);
  const user = [`--clusterrole=cluster-admin`, `--user=${principal}`];
  const create = ["create", "clusterrolebinding", name, ...user];
  if (!context) {
    process.stdout.write(
      `${cluster} does not use Azure RBAC. Bind cluster-admin there yourself, or call again with --context: kubectl ${create.join(" ")}\n`,
    );
    return;
  }
  const there = ["--context", context];
  const find = ["get", "clusterrolebinding", name, "--ignore-not-found", "--output", "name"];
  if (run("kubectl", [...there, ...find]) === "") changes.run("kubectl", [...there, ...create]);
  else process.stdout.write(`cluster-admin is bound already\n`);
}

/** A member that stands for the cluster already keeps its name, and the labels that are not named here. */
async function makeMember(changes, hub, cluster, { name = cluster.name.toLowerCase(), labels }) {
  const existing = await hub.memberOf(cluster.id);
  if (existing) {
    const { name: found } = existing.metadata;
    await changes.perform(`label member ${found} at ${hub.url}: ${JSON.stringify(labels)}`, () =>
      hub.labelMember(found, labels),
    );
    return;
  }
  const member = {
    apiVersion: "cluster.kubernetes-fleet.io/v1",
    kind: "MemberCluster",
    metadata: { name, labels },
    spec: { aks: { resourceId: cluster.id } },
  };
  await changes.perform(`create at ${hub.url}: ${JSON.stringify(member)}`, () =>
    hub.createMember(member),
  );
}
