/**
 * An address for a Service of a simulated member: in 10.96.0.0/12, the same for the same seed. Two Services may get the
 * same one, which nobody notices because nothing routes there.
 */
export function clusterIpFor(seed: string): string {
  const hash = fnv1a(seed);
  const second = 96 + ((hash >>> 16) & 0x0f);
  const third = (hash >>> 8) & 0xff;
  // Neither the network's own address nor the broadcast address.
  const fourth = 1 + ((hash & 0xff) % 254);
  return `10.${second}.${third}.${fourth}`;
}

/** 32-bit FNV-1a: short, and spreads similar names well. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return hash >>> 0;
}
