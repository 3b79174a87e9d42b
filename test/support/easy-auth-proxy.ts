import { type IncomingMessage, request, type ServerResponse } from "node:http";
import { createServer } from "node:https";
import { certificateAuthority } from "./azure/certificates.js";
import { listening, stopServer } from "./azure/servers.js";
import { claimsOf, clientPrincipal, type TestPrincipal } from "./client-principal.js";

/** What stands in front of the app in Azure, and plays App Service authentication. */
export interface EasyAuthProxy {
  /** HTTPS: kubectl sends tokens over nothing else. */
  readonly url: string;
  /** Of who has signed its certificate, in PEM. */
  readonly ca: string;
  stop(): Promise<void>;
}

/**
 * Lets those through whose bearer token it knows, takes away what they say about themselves in headers, and says who
 * they are. Source: Microsoft Learn, "Authentication and authorization in Azure App Service and Azure Functions".
 */
export async function startEasyAuthProxy(
  app: string,
  tokens: Readonly<Record<string, TestPrincipal>>,
): Promise<EasyAuthProxy> {
  const ca = certificateAuthority("front end");
  const proxy = createServer(ca.server(), (incoming, answer) => {
    const token = /^Bearer (.+)$/.exec(incoming.headers.authorization ?? "")?.[1] ?? "";
    const principal = Object.hasOwn(tokens, token) ? tokens[token] : undefined;
    if (principal) forward(new URL(incoming.url ?? "/", app), incoming, answer, principal);
    else answer.writeHead(401).end();
  });
  const port = await listening(proxy);
  return { url: `https://127.0.0.1:${port}`, ca: ca.cert, stop: () => stopServer(proxy) };
}

function forward(
  url: URL,
  incoming: IncomingMessage,
  answer: ServerResponse,
  principal: TestPrincipal,
): void {
  const sent = Object.entries(incoming.headers).filter(([name]) => !name.startsWith("x-ms-"));
  const headers = {
    ...Object.fromEntries(sent),
    "x-ms-client-principal": clientPrincipal(claimsOf(principal)),
    "x-ms-client-principal-id": principal.oid,
    "x-ms-client-principal-idp": "aad",
  };
  const outgoing = request(url, { method: incoming.method, headers }, (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
  });
  outgoing.on("error", () => answer.destroy());
  answer.on("close", () => outgoing.destroy());
  incoming.pipe(outgoing);
}
