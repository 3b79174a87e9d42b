import type { TokenCredential } from "@azure/identity";
import { z } from "zod";
import type { ManagedClusterId } from "../../api/managed-cluster-id.js";

/** What Azure Resource Manager says of a cluster, as far as reaching it depends on it. */
export interface ClusterFacts {
  readonly location: string;
  readonly stopped: boolean;
  /** Whether the API server takes tokens of Microsoft Entra. */
  readonly entra: boolean;
  /** Whether Azure roles decide inside the cluster, beside its own. */
  readonly azureRbac: boolean;
  readonly fqdn: string | undefined;
  readonly privateFqdn: string | undefined;
}

/** The two calls that members need. Both throw what `armFailure` makes sense of. */
export interface ResourceManager {
  /** Source: Azure, "Managed Clusters - Get". */
  describe(id: ManagedClusterId): Promise<ClusterFacts>;
  /**
   * A kubeconfig as text. It may hold a certificate: it is not kept.
   * Source: Azure, "Managed Clusters - List Cluster User Credentials".
   */
  userKubeconfig(id: ManagedClusterId): Promise<string>;
}

const TIMEOUT_MS = 20_000;

const Described = z.object({
  location: z.string().min(1),
  powerState: z.object({ code: z.string().optional() }).optional(),
  aadProfile: z.object({ enableAzureRbac: z.boolean().optional() }).nullish(),
  fqdn: z.string().optional(),
  privateFqdn: z.string().optional(),
});

/**
 * Asks through the SDK, which is loaded with the first call. It tries nothing again by itself: budgets and pauses are the
 * caller's.
 */
export function resourceManager(
  credential: TokenCredential,
  endpoint: string,
  timeoutMs = TIMEOUT_MS,
): ResourceManager {
  const options = {
    endpoint,
    retryOptions: { maxRetries: 0 },
    credentials: { scopes: [new URL("/.default", endpoint).href] },
  };
  const context = async ({ subscription }: ManagedClusterId) => {
    const { createContainerService } = await import("@azure/arm-containerservice/api");
    return createContainerService(credential, subscription, options);
  };
  const signal = () => ({ abortSignal: AbortSignal.timeout(timeoutMs) });
  return {
    async describe(id) {
      const calls = await import("@azure/arm-containerservice/api/managedClusters");
      const cluster = await calls.get(await context(id), id.resourceGroup, id.name, signal());
      const described = Described.safeParse(cluster);
      if (!described.success) throw new Error("what it says of the cluster has no location");
      const { location, powerState, aadProfile, fqdn, privateFqdn } = described.data;
      return {
        location,
        stopped: powerState?.code === "Stopped",
        entra: aadProfile != null,
        azureRbac: aadProfile?.enableAzureRbac === true,
        fqdn,
        privateFqdn,
      };
    },
    async userKubeconfig(id) {
      const calls = await import("@azure/arm-containerservice/api/managedClusters");
      const { kubeconfigs } = await calls.listClusterUserCredentials(
        await context(id),
        id.resourceGroup,
        id.name,
        signal(),
      );
      const value = kubeconfigs?.[0]?.value;
      if (!value) throw new Error("it gives no kubeconfig");
      return Buffer.from(value).toString("utf8");
    },
  };
}
