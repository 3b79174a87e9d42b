/** What the ARM id of an AKS cluster looks like, for messages. */
export const MANAGED_CLUSTER_ID_SHAPE =
  "/subscriptions/SUBSCRIPTION/resourceGroups/GROUP/providers/Microsoft.ContainerService/managedClusters/NAME";

/** The parts of an AKS cluster's id at Azure Resource Manager. */
export interface ManagedClusterId {
  readonly subscription: string;
  readonly resourceGroup: string;
  readonly name: string;
}

/** Source: Azure, "Naming rules and restrictions for Azure resources"; ids are compared without regard to case. */
const SHAPE = new RegExp(
  [
    "^/subscriptions/(?<subscription>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})",
    "/resourceGroups/(?<resourceGroup>[-\\w.()]{0,89}[-\\w()])",
    "/providers/Microsoft\\.ContainerService/managedClusters",
    "/(?<name>[a-z0-9](?:[-\\w]{0,61}[a-z0-9])?)$",
  ].join(""),
  "i",
);

/** Undefined when the text is not the id of an AKS cluster. */
export function parseManagedClusterId(text: string): ManagedClusterId | undefined {
  const { subscription, resourceGroup, name } = SHAPE.exec(text)?.groups ?? {};
  if (!subscription || !resourceGroup || !name) return undefined;
  return { subscription, resourceGroup, name };
}
