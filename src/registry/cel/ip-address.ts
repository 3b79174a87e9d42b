import { isIPv4, isIPv6 } from "node:net";

/** An address of one of the two families, as a number. */
export interface IpAddress {
  readonly family: 4 | 6;
  readonly bits: bigint;
}

/** Undefined for what is none; addresses with a zone and IPv4 within IPv6 are none here, as in Kubernetes' rules. */
export function parseIp(text: string): IpAddress | undefined {
  if (isIPv4(text)) return { family: 4, bits: joined(text.split(".").map(Number), 8n) };
  if (!isIPv6(text) || text.includes("%") || text.includes(".")) return undefined;
  const [head = "", tail] = text.split("::");
  const before = groups(head);
  const after = groups(tail ?? "");
  const missing = tail === undefined ? 0 : 8 - before.length - after.length;
  const bits = joined([...before, ...Array<number>(missing).fill(0), ...after], 16n);
  return bits >> 32n === 0xffffn ? undefined : { family: 6, bits };
}

function groups(text: string): number[] {
  return text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
}

function joined(parts: readonly number[], width: bigint): bigint {
  return parts.reduce((bits, part) => (bits << width) | BigInt(part), 0n);
}

/** As it is written canonically. */
export function ipText({ family, bits }: IpAddress): string {
  if (family === 4) {
    return [24n, 16n, 8n, 0n].map((shift) => (bits >> shift) & 255n).join(".");
  }
  const parts = Array.from({ length: 8 }, (_, index) =>
    ((bits >> BigInt(112 - 16 * index)) & 0xffffn).toString(16),
  );
  // The URL standard writes an address in its shortest form.
  return new URL(`http://[${parts.join(":")}]`).hostname.slice(1, -1);
}

/** Whether the first `length` bits of two addresses are the same. */
export function samePrefix(a: IpAddress, b: IpAddress, length: number): boolean {
  if (a.family !== b.family) return false;
  const shift = BigInt(widthOf(a) - length);
  return a.bits >> shift === b.bits >> shift;
}

/** Bits of an address. */
export function widthOf({ family }: IpAddress): number {
  return family === 4 ? 32 : 128;
}
