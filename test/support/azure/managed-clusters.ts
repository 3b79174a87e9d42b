import { type AzureAnswer, type AzureHandler, azureError, forbidden } from "./azure-answers.js";

const ID =
  /^\/subscriptions\/[^/]+\/resourceGroups\/([^/]+)\/providers\/Microsoft\.ContainerService\/managedClusters\/([^/]+)(?:\/(\w+))?$/i;

/** An AKS cluster as Azure Resource Manager knows it. */
export interface StandInCluster {
  /** Of its API server. */
  readonly server: string;
  /** PEM. */
  readonly ca: string;
  readonly location?: string;
  readonly stopped?: boolean;
  readonly fqdn?: string;
  readonly privateFqdn?: string;
  /** Undefined: not integrated with Entra. */
  readonly aadProfile?:
    | { readonly managed: boolean; readonly enableAzureRBAC: boolean }
    | undefined;
  /** What the `user` section of its kubeconfig holds. */
  readonly user?: object;
  /** Actions that the identity may not do, such as `read`. */
  readonly denied?: readonly string[];
}

/** Source: AKS REST API, "Managed Clusters - Get" and "List Cluster User Credentials". */
export class ManagedClusters {
  private readonly clusters = new Map<string, StandInCluster>();
  private readonly objectId: string;

  constructor(objectId: string) {
    this.objectId = objectId;
  }

  set(resourceId: string, cluster: StandInCluster): void {
    this.clusters.set(resourceId.toLowerCase(), cluster);
  }

  delete(resourceId: string): void {
    this.clusters.delete(resourceId.toLowerCase());
  }

  readonly handle: AzureHandler = ({ method, path }) => {
    const [, group = "", name = "", action] = ID.exec(path) ?? [];
    if (!name) return undefined;
    const id = path.replace(/\/list\w+$/, "");
    const cluster = this.clusters.get(id.toLowerCase());
    if (!cluster) return notFound(group, name);
    if (method === "GET" && !action) {
      return this.allowed(cluster, id, "read", () => described(id, name, cluster));
    }
    if (method === "POST" && action === "listClusterUserCredential") {
      return this.allowed(cluster, id, "listClusterUserCredential/action", () =>
        credentials(name, cluster),
      );
    }
    return undefined;
  };

  private allowed(
    { denied = [] }: StandInCluster,
    id: string,
    action: string,
    answer: () => AzureAnswer,
  ): AzureAnswer {
    if (!denied.includes(action)) return answer();
    return forbidden(this.objectId, `Microsoft.ContainerService/managedClusters/${action}`, id);
  }
}

function notFound(group: string, name: string): AzureAnswer {
  const message = `The Resource 'Microsoft.ContainerService/managedClusters/${name}' under resource group '${group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`;
  return azureError(404, "ResourceNotFound", message);
}

function described(id: string, name: string, cluster: StandInCluster): AzureAnswer {
  const { location = "westeurope", stopped = false, aadProfile, fqdn, privateFqdn } = cluster;
  const properties = {
    provisioningState: "Succeeded",
    powerState: { code: stopped ? "Stopped" : "Running" },
    kubernetesVersion: "1.35",
    ...(aadProfile && { aadProfile }),
    fqdn: fqdn ?? new URL(cluster.server).hostname,
    ...(privateFqdn !== undefined && { privateFQDN: privateFqdn }),
    disableLocalAccounts: aadProfile !== undefined,
  };
  const type = "Microsoft.ContainerService/ManagedClusters";
  return { status: 200, body: { id, name, type, location, tags: {}, properties } };
}

function credentials(name: string, { server, ca, user }: StandInCluster): AzureAnswer {
  const login = `clusterUser_${name}`;
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name,
        cluster: {
          "certificate-authority-data": Buffer.from(ca).toString("base64"),
          server,
        },
      },
    ],
    contexts: [{ name, context: { cluster: name, user: login } }],
    "current-context": name,
    preferences: {},
    users: [{ name: login, user: user ?? KUBELOGIN }],
  };
  const value = Buffer.from(JSON.stringify(kubeconfig)).toString("base64");
  return { status: 200, body: { kubeconfigs: [{ name: "clusterUser", value }] } };
}

const KUBELOGIN = {
  exec: {
    apiVersion: "client.authentication.k8s.io/v1beta1",
    command: "kubelogin",
    args: ["get-token", "--environment", "AzurePublicCloud"],
  },
};
