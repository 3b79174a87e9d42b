import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { TLSSocket } from "node:tls";
import type { CertificateAuthority } from "./certificates.js";
import { listening, stopServer } from "./servers.js";

/** What a cluster's API server answers to a request. */
export type ClusterAnswer = { readonly status: number; readonly body: object };

/** The API server of a cluster, as far as reaching it goes. */
export interface ClusterServer {
  readonly url: string;
  /** What it answers next, and from then on. */
  answer: ClusterAnswer;
  /** `Authorization` of each request, or the name in the certificate that it came with. */
  readonly callers: readonly string[];
  /** Shows certificates of another CA from now on. */
  rotate(ca: CertificateAuthority): void;
  stop(): Promise<void>;
}

/** Answers with a version to whoever comes. It asks for certificates, and takes those of its own CA. */
export async function startClusterServer(ca: CertificateAuthority): Promise<ClusterServer> {
  const callers: string[] = [];
  const state = { answer: { status: 200, body: { gitVersion: "v1.35.4" } as object } };
  const react = (request: IncomingMessage, response: ServerResponse) => {
    const { subject } = (request.socket as TLSSocket).getPeerCertificate();
    callers.push(request.headers.authorization ?? subject?.CN ?? "");
    response.writeHead(state.answer.status, { "content-type": "application/json" });
    response.end(JSON.stringify(state.answer.body));
  };
  const tls = { ...ca.server(), ca: ca.cert, requestCert: true, rejectUnauthorized: false };
  const server = createServer(tls, react);
  const port = await listening(server);
  return Object.assign(state, {
    url: `https://127.0.0.1:${port}`,
    callers,
    rotate: (next: CertificateAuthority) => {
      server.setSecureContext(next.server());
      server.closeAllConnections();
    },
    stop: () => stopServer(server),
  });
}
