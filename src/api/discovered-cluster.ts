import { z } from "zod";

/** A cluster as a query of Azure Resource Graph answers it. */
export const DiscoveredCluster = z.object({
  resourceId: z.string(),
  name: z.string(),
  location: z.string(),
  resourceGroup: z.string(),
  subscriptionId: z.string(),
  tags: z.record(z.string(), z.string()),
});
export type DiscoveredCluster = z.infer<typeof DiscoveredCluster>;
