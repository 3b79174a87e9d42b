import type { DiscoveredCluster } from "../api/discovered-cluster.js";
import { nameCauses } from "../api/object-names.js";
import type { Sha256 } from "./snapshot-content.js";

/** Bindings and stage sorting put a member's name into labels. */
const MAX_LENGTH = 63;
/** Digits of the hash that tell namesakes apart; the longer ones for when somebody has taken the shorter. */
const SUFFIX_LENGTHS = [8, 16, 32];

/**
 * The name of a cluster's member: the cluster's own where it is free and can name a member, else in lower case with
 * hyphens and a suffix that depends on nothing but the cluster's resource id.
 */
export function discoveredName(
  { name, resourceId }: DiscoveredCluster,
  isTaken: (name: string) => boolean,
  sha256: Sha256,
): string {
  if (nameCauses("", name, "label").length === 0 && !isTaken(name)) return name;
  const hash = sha256(resourceId.toLowerCase());
  const names = SUFFIX_LENGTHS.map((length) => withSuffix(name, hash.slice(0, length)));
  return names.find((candidate) => !isTaken(candidate)) ?? withSuffix(name, hash.slice(0, 48));
}

function withSuffix(name: string, suffix: string): string {
  const plain = name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  const start = plain.slice(0, MAX_LENGTH - 1 - suffix.length).replace(/^-|-$/g, "");
  return start === "" ? suffix : `${start}-${suffix}`;
}
