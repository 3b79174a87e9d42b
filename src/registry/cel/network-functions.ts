import type { Environment } from "@marcbachmann/cel-js";
import { type IpAddress, ipText, parseIp, samePrefix, widthOf } from "./ip-address.js";

class Ip {
  readonly address: IpAddress;

  constructor(address: IpAddress) {
    this.address = address;
  }
}
class Cidr {
  readonly address: IpAddress;
  /** Bits of the network. */
  readonly length: number;

  constructor(address: IpAddress, length: number) {
    this.address = address;
    this.length = length;
  }
}
class IpNames {}

const IP = "net.IP";
const CIDR = "net.CIDR";

/** Addresses and networks. Source: apiserver `pkg/cel/library/ip.go` and `cidr.go`. */
export function registerNetworkFunctions(environment: Environment): void {
  environment
    .registerType(IP, { ctor: Ip, fields: {} })
    .registerType(CIDR, { ctor: Cidr, fields: {} })
    .registerOperator(`${IP} == ${IP}`, (a: Ip, b: Ip) =>
      samePrefix(a.address, b.address, widthOf(a.address)),
    )
    .registerOperator(`${CIDR} == ${CIDR}`, (a: Cidr, b: Cidr) => textOf(a) === textOf(b))
    .registerType("ipNames", IpNames)
    .registerConstant("ip", "ipNames", new IpNames())
    .registerFunction("ipNames.isCanonical(string): bool", (_: IpNames, text: string) => {
      return ipText(ip(text).address) === text;
    })
    .registerFunction("isIP(string): bool", (text: string) => parseIp(text) !== undefined)
    .registerFunction(`ip(string): ${IP}`, ip)
    .registerFunction(`string(${IP}): string`, ({ address }: Ip) => ipText(address))
    .registerFunction(`${IP}.family(): int`, ({ address }: Ip) => BigInt(address.family));
  for (const [name, ranges] of Object.entries(RANGES)) {
    environment.registerFunction(`${IP}.${name}(): bool`, ({ address }: Ip) =>
      ranges.some((range) => contains(range, address)),
    );
  }
  environment
    .registerFunction(
      `${IP}.isGlobalUnicast(): bool`,
      ({ address }: Ip) => !NOT_GLOBAL.some((range) => contains(range, address)),
    )
    .registerFunction("isCIDR(string): bool", (text: string) => parseCidr(text) !== undefined)
    .registerFunction(`cidr(string): ${CIDR}`, cidr)
    .registerFunction(`string(${CIDR}): string`, textOf)
    .registerFunction(`${CIDR}.ip(): ${IP}`, ({ address }: Cidr) => new Ip(address))
    .registerFunction(`${CIDR}.prefixLength(): int`, ({ length }: Cidr) => BigInt(length))
    .registerFunction(`${CIDR}.masked(): ${CIDR}`, masked)
    .registerFunction(`${CIDR}.containsIP(string): bool`, (network: Cidr, text: string) =>
      contains(network, ip(text).address),
    )
    .registerFunction(`${CIDR}.containsIP(${IP}): bool`, (network: Cidr, { address }: Ip) =>
      contains(network, address),
    )
    .registerFunction(`${CIDR}.containsCIDR(string): bool`, (network: Cidr, text: string) =>
      containsAll(network, cidr(text)),
    )
    .registerFunction(`${CIDR}.containsCIDR(${CIDR}): bool`, containsAll);
}

function networks(...texts: readonly string[]): readonly Cidr[] {
  return texts.map(cidr);
}

/** What an address is, by the networks it may be in. */
const RANGES: Readonly<Record<string, readonly Cidr[]>> = {
  isUnspecified: networks("0.0.0.0/32", "::/128"),
  isLoopback: networks("127.0.0.0/8", "::1/128"),
  isLinkLocalMulticast: networks("224.0.0.0/24", "ff02::/16"),
  isLinkLocalUnicast: networks("169.254.0.0/16", "fe80::/10"),
};
const NOT_GLOBAL: readonly Cidr[] = networks(
  ...["0.0.0.0/32", "127.0.0.0/8", "224.0.0.0/4", "169.254.0.0/16", "255.255.255.255/32"],
  ...["::/128", "::1/128", "ff00::/8", "fe80::/10"],
);

function ip(text: string): Ip {
  const address = parseIp(text);
  if (!address) throw new RangeError(`IP Address ${JSON.stringify(text)} parse error`);
  return new Ip(address);
}

function parseCidr(text: string): Cidr | undefined {
  const [, host = "", digits = ""] = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  const address = parseIp(host);
  if (!address || Number(digits) > widthOf(address)) return undefined;
  return new Cidr(address, Number(digits));
}

function cidr(text: string): Cidr {
  const network = parseCidr(text);
  if (!network) throw new RangeError(`network address parse error: ${JSON.stringify(text)}`);
  return network;
}

function textOf({ address, length }: Cidr): string {
  return `${ipText(address)}/${length}`;
}

function masked({ address, length }: Cidr): Cidr {
  const shift = BigInt(widthOf(address) - length);
  return new Cidr({ ...address, bits: (address.bits >> shift) << shift }, length);
}

function contains(network: Cidr, address: IpAddress): boolean {
  return samePrefix(network.address, address, network.length);
}

function containsAll(network: Cidr, inner: Cidr): boolean {
  return inner.length >= network.length && contains(network, inner.address);
}
