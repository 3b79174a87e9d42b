import { parse } from "yaml";
import { z } from "zod";

/** Source: client-go `tools/clientcmd/api/v1`. */
const Kubeconfig = z.object({
  clusters: z.tuple(
    [
      z.object({
        cluster: z.object({
          server: z.url({ protocol: /^https$/ }),
          "certificate-authority-data": z.base64(),
        }),
      }),
    ],
    z.unknown(),
  ),
  users: z
    .tuple(
      [
        z.object({
          user: z.object({
            "client-certificate-data": z.base64().optional(),
            "client-key-data": z.base64().optional(),
          }),
        }),
      ],
      z.unknown(),
    )
    .optional(),
});

/** Where a cluster's API server is and by whose certificate it is known. */
export interface ServerAddress {
  readonly server: string;
  /** PEM. */
  readonly ca: string;
}

/** A local account's certificate. It stays within one activity call. */
export interface ClientCertificate {
  readonly cert: string;
  readonly key: string;
}

/** Host and CA of a kubeconfig; the section of its user is thrown away. Undefined when it has none. */
export function addressIn(kubeconfig: string): ServerAddress | undefined {
  const entry = read(kubeconfig)?.clusters[0].cluster;
  return entry && { server: entry.server, ca: decoded(entry["certificate-authority-data"]) };
}

/** The certificate of a kubeconfig's user; undefined when it logs in otherwise. */
export function certificateIn(kubeconfig: string): ClientCertificate | undefined {
  const user = read(kubeconfig)?.users?.[0].user;
  const { "client-certificate-data": cert, "client-key-data": key } = user ?? {};
  return cert && key ? { cert: decoded(cert), key: decoded(key) } : undefined;
}

function read(kubeconfig: string): z.infer<typeof Kubeconfig> | undefined {
  try {
    return Kubeconfig.safeParse(parse(kubeconfig)).data;
  } catch {
    // The parser quotes what it read, which may be a key.
    return undefined;
  }
}

function decoded(base64: string): string {
  return Buffer.from(base64, "base64").toString("utf8");
}
