import type { DiscoveredCluster } from "../api/discovered-cluster.js";
import { labelValueCauses, qualifiedNameCauses } from "../api/object-names.js";

/** What a cluster says about itself in labels, and what it could not say. */
export interface DiscoveredLabels {
  readonly labels: Readonly<Record<string, string>>;
  /** One phrase for each tag or fact that is no label, in order. */
  readonly leftOut: readonly string[];
}

/** Source: Azure Kubernetes Fleet Manager, the labels it gives each of its members. */
const FACT_PREFIX = "fleet.azure.com/";

/**
 * The labels of a cluster's member. A tag's name becomes a key in lower case, because tag names have no case, and its
 * first colon becomes the slash that no tag name can hold. Values are taken as they are or not at all: half a value
 * would match what it should not.
 */
export function discoveredLabels(cluster: DiscoveredCluster, member: string): DiscoveredLabels {
  const labels: Record<string, string> = {};
  const leftOut: string[] = [];
  const say = (subject: string, key: string, value: string) => {
    const problem = labelProblem(key, value) ?? (key in labels ? "the label is taken" : undefined);
    if (problem) leftOut.push(`${subject}: ${problem}`);
    else labels[key] = value;
  };
  for (const [name, value] of Object.entries(factsOf(cluster, member))) {
    say(name, `${FACT_PREFIX}${name}`, value);
  }
  const tags = Object.entries(cluster.tags).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, value] of tags) say(`tag ${JSON.stringify(name)}`, keyOf(name), value);
  return { labels, leftOut };
}

function factsOf(cluster: DiscoveredCluster, member: string): Readonly<Record<string, string>> {
  return {
    location: cluster.location,
    "resource-group": cluster.resourceGroup,
    "subscription-id": cluster.subscriptionId,
    "cluster-name": cluster.name,
    "member-name": member,
  };
}

function keyOf(tag: string): string {
  return tag.toLowerCase().replace(":", "/");
}

function labelProblem(key: string, value: string): string | undefined {
  if (qualifiedNameCauses("", key).length > 0) return "its name cannot be the key of a label";
  if (labelValueCauses("", value).length === 0) return undefined;
  return value.length > MAX_VALUE_LENGTH
    ? `its value has ${value.length} characters, a label's at most ${MAX_VALUE_LENGTH}`
    : "its value holds what a label's cannot: only letters, digits, '-', '_' and '.' may, and the first and last be letters or digits";
}

/** Source: apimachinery `util/validation`, `LabelValueMaxLength`. */
const MAX_VALUE_LENGTH = 63;
