import { createHash } from "node:crypto";

/** A prefix and its suffix together fit into a label's value. */
const MAX_LENGTH = 63;
/** Without vowels and look-alikes, as a real server's generator. Source: apimachinery `util/rand`. */
const SUFFIX_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
const SUFFIX_LENGTH = 5;

/** The name for a `generateName`: the prefix, cut to leave room, and five characters derived from `uid`. */
export function generatedName(prefix: string, uid: string): string {
  const digest = createHash("sha256").update(uid).digest();
  const suffix = [...digest.subarray(0, SUFFIX_LENGTH)]
    .map((byte) => SUFFIX_ALPHABET[byte % SUFFIX_ALPHABET.length])
    .join("");
  return prefix.slice(0, MAX_LENGTH - SUFFIX_LENGTH) + suffix;
}
