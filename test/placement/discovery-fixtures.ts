import type { DiscoveredCluster } from "../../src/api/discovered-cluster.js";

const SUBSCRIPTION = "0b1f6471-1bf0-4dda-aec3-111122223333";

/** A cluster as Azure Resource Graph shows it, with the fleet's tag left out. */
export function makeCluster(
  name: string,
  more: { readonly resourceGroup?: string; readonly tags?: Record<string, string> } = {},
): DiscoveredCluster {
  const { resourceGroup = "apps", tags = {} } = more;
  return {
    resourceId: `/subscriptions/${SUBSCRIPTION}/resourceGroups/${resourceGroup}/providers/Microsoft.ContainerService/managedClusters/${name}`,
    name,
    location: "westeurope",
    resourceGroup,
    subscriptionId: SUBSCRIPTION,
    tags,
  };
}
