import type { MemberCluster } from "../api/member-cluster.js";
import { parseQuantity } from "../api/quantity.js";

/** Properties of this prefix are resource amounts: `allocatable-cpu`, `available-memory`, `total-cpu`, … */
const RESOURCE_PREFIX = "resources.kubernetes-fleet.io/";

export type ClusterProperty =
  | {
      readonly kind: "Known";
      /** Billionths. */
      readonly nano: bigint;
    }
  /** The cluster does not tell. */
  | { readonly kind: "Unknown" }
  | { readonly kind: "Invalid"; readonly message: string };

/** What a member's status says of a property. Source: KubeFleet cluster affinity plugin, `retrievePropertyValueFrom`. */
export function clusterProperty({ status }: MemberCluster, name: string): ClusterProperty {
  if (name.startsWith(RESOURCE_PREFIX)) {
    return resourceAmount(status?.resourceUsage, name.slice(RESOURCE_PREFIX.length));
  }
  return amount(name, ownValue(status?.properties, name)?.value);
}

type ResourceUsage = NonNullable<MemberCluster["status"]>["resourceUsage"];

function resourceAmount(usage: ResourceUsage, name: string): ClusterProperty {
  const dash = name.indexOf("-");
  const resource = name.slice(dash + 1);
  switch (name.slice(0, Math.max(dash, 0))) {
    case "total":
      return amount(name, ownValue(usage?.capacity, resource));
    case "allocatable":
      return amount(name, ownValue(usage?.allocatable, resource));
    case "available":
      return amount(name, ownValue(usage?.available, resource));
    default:
      return {
        kind: "Invalid",
        message: `property ${RESOURCE_PREFIX}${name} is not one of total-, allocatable- and available- with the name of a resource`,
      };
  }
}

function amount(name: string, value: string | undefined): ClusterProperty {
  if (value === undefined) return { kind: "Unknown" };
  const parsed = parseQuantity(value);
  if (parsed.ok) return { kind: "Known", nano: parsed.quantity.nano };
  return { kind: "Invalid", message: `value ${value} of property ${name} is not a valid quantity` };
}

function ownValue<Value>(
  values: Readonly<Record<string, Value>> | undefined,
  key: string,
): Value | undefined {
  return values && Object.hasOwn(values, key) ? values[key] : undefined;
}
