// Prints a kubeconfig with which kubectl talks to the app in Azure: kubelogin gets the tokens.
import { main, readSettings, UsageError } from "./settings.mjs";

const USAGE = `usage: node scripts/kubeconfig.mjs [options] > stagecoach.kubeconfig

  --login MODE      devicecode (people, anywhere), azurecli (whoever is logged in to az), or workloadidentity
                    (pipelines and pods with a federated credential); devicecode when left out
  --hub URL         where the API is served (SERVICE_API_URI)
  --server-id ID    client id of the app registration (AUTH_CLIENT_ID)
  --tenant-id ID    tenant of the app registration (AZURE_TENANT_ID)
  --client-id ID    with workloadidentity: the client to log in as (AZURE_CLIENT_ID)
`;

/** kubelogin's own public client. Source: kubelogin, "Known applications". */
const KUBELOGIN_CLIENT = "80faf920-1908-4b52-b5ef-a8e7bedfc67a";
const INSTALL_HINT =
  "kubelogin is missing: az aks install-cli, or https://azure.github.io/kubelogin";

/** What kubelogin is told in each mode besides the application to get a token for. */
const LOGINS = {
  devicecode: (need) => [
    ...["--client-id", KUBELOGIN_CLIENT],
    ...["--tenant-id", need("tenant-id", "AZURE_TENANT_ID")],
  ],
  azurecli: () => [],
  workloadidentity: (need) => [
    ...["--client-id", need("client-id", "AZURE_CLIENT_ID")],
    ...["--tenant-id", need("tenant-id", "AZURE_TENANT_ID")],
  ],
};

await main("kubeconfig", USAGE, () => {
  const { values, need } = readSettings(USAGE, {
    login: { type: "string", default: "devicecode" },
    hub: { type: "string" },
    "server-id": { type: "string" },
    "tenant-id": { type: "string" },
    "client-id": { type: "string" },
  });
  const login = Object.hasOwn(LOGINS, values.login) ? LOGINS[values.login] : undefined;
  if (!login) throw new UsageError(`--login is one of ${Object.keys(LOGINS).join(", ")}`);
  const serverId = need("server-id", "AUTH_CLIENT_ID");
  const args = ["get-token", "--login", values.login, "--server-id", serverId, ...login(need)];
  const config = kubeconfig(need("hub", "SERVICE_API_URI"), args, values.login);
  process.stdout.write(`${JSON.stringify(config, null, 2)}\n`);
});

/** As JSON, which is YAML too. */
function kubeconfig(server, args, login) {
  const name = "stagecoach";
  const exec = {
    apiVersion: "client.authentication.k8s.io/v1",
    command: "kubelogin",
    args,
    installHint: INSTALL_HINT,
    // Only this one shows somebody a code; with the others scripts need no terminal.
    interactiveMode: login === "devicecode" ? "IfAvailable" : "Never",
    provideClusterInfo: false,
  };
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server } }],
    users: [{ name, user: { exec } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  };
}
