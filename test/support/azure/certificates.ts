import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

/** A key with its certificate, in PEM. */
export interface KeyAndCertificate {
  readonly key: string;
  readonly cert: string;
}

export interface CertificateAuthority {
  /** PEM. */
  readonly cert: string;
  /** A certificate for servers at 127.0.0.1 and localhost. */
  server(): KeyAndCertificate;
  /** A certificate by which a user logs in to an API server. */
  client(user: string, group: string): KeyAndCertificate;
}

/** A CA of its own for one test. Node.js makes keys, but no certificates. Source: RFC 5280. */
export function certificateAuthority(name: string): CertificateAuthority {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const subject = distinguishedName([["2.5.4.3", name]]);
  const issue = (to: Buffer, key: KeyObject, extensions: readonly Buffer[]) =>
    certificate({ issuer: subject, subject: to, key, signer: privateKey, extensions });
  const basic = extension("2.5.29.19", true, sequence(tlv(0x01, Buffer.from([0xff]))));
  const usage = extension("2.5.29.15", true, tlv(0x03, Buffer.from([0x01, 0x06])));
  const leaf = (to: Buffer, extensions: readonly Buffer[]): KeyAndCertificate => {
    const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const key = pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    return { key, cert: issue(to, pair.publicKey, extensions) };
  };
  return {
    cert: issue(subject, publicKey, [basic, usage]),
    server: () =>
      leaf(distinguishedName([["2.5.4.3", "127.0.0.1"]]), [
        extension("2.5.29.37", false, sequence(objectId("1.3.6.1.5.5.7.3.1"))),
        extension("2.5.29.17", false, LOOPBACK_NAMES),
      ]),
    client: (user, group) => {
      const to = distinguishedName([
        ["2.5.4.10", group],
        ["2.5.4.3", user],
      ]);
      return leaf(to, [extension("2.5.29.37", false, sequence(objectId("1.3.6.1.5.5.7.3.2")))]);
    },
  };
}

const LOOPBACK_NAMES = sequence(
  tlv(0x82, Buffer.from("localhost")),
  tlv(0x87, Buffer.from([127, 0, 0, 1])),
);

interface Certified {
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly key: KeyObject;
  readonly signer: KeyObject;
  readonly extensions: readonly Buffer[];
}

function certificate({ issuer, subject, key, signer, extensions }: Certified): string {
  const algorithm = sequence(objectId("1.2.840.10045.4.3.2"));
  const day = 24 * 3600 * 1000;
  const body = sequence(
    tlv(0xa0, integer(Buffer.from([2]))),
    integer(randomBytes(16)),
    algorithm,
    issuer,
    sequence(utcTime(Date.now() - day), utcTime(Date.now() + day)),
    subject,
    key.export({ type: "spki", format: "der" }),
    tlv(0xa3, sequence(...extensions)),
  );
  const signature = tlv(0x03, Buffer.concat([Buffer.from([0]), sign("sha256", body, signer)]));
  const text = sequence(body, algorithm, signature).toString("base64");
  const lines = text.match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  const flag = critical ? [tlv(0x01, Buffer.from([0xff]))] : [];
  return sequence(objectId(id), ...flag, tlv(0x04, value));
}

function distinguishedName(parts: readonly (readonly [string, string])[]): Buffer {
  const names = parts.map(([id, text]) => sequence(objectId(id), tlv(0x0c, Buffer.from(text))));
  return sequence(...names.map((name) => tlv(0x31, name)));
}

function utcTime(time: number): Buffer {
  const text = new Date(time).toISOString().replace(/[-:T]/g, "").slice(2, 14);
  return tlv(0x17, Buffer.from(`${text}Z`));
}

/** Positive, whatever its first bit. */
function integer(bytes: Buffer): Buffer {
  return tlv(0x02, Buffer.concat([Buffer.from([0x01]), bytes].slice(bytes.length > 1 ? 0 : 1)));
}

function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return tlv(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): readonly number[] {
  const bytes = [value & 0x7f];
  for (let left = value >> 7; left > 0; left >>= 7) bytes.unshift((left & 0x7f) | 0x80);
  return bytes;
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tlv(0x30, Buffer.concat(parts));
}

/** Tag, length and value. Source: X.690, DER. */
function tlv(tag: number, value: Buffer): Buffer {
  const { length } = value;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), value]);
  const size = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), value]);
}
