import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type AzureAnswer, type AzureHandler, azureError } from "./azure-answers.js";
import { type CertificateAuthority, certificateAuthority } from "./certificates.js";
import { type IdentityEndpoint, startIdentityEndpoint } from "./identity-endpoint.js";
import { ManagedClusters } from "./managed-clusters.js";
import { listening, stopServer } from "./servers.js";

/** What the next requests get instead of an answer. */
export type Disturbance = AzureAnswer | "silence" | "reset";

/** Azure Resource Manager and Entra on this machine, over real HTTPS, as far as Stagecoach uses them. */
export interface AzureStandIn {
  /** Of Azure Resource Manager. */
  readonly url: string;
  readonly ca: CertificateAuthority;
  readonly identity: IdentityEndpoint;
  readonly clusters: ManagedClusters;
  /** Settings with which the app finds all this. */
  readonly environment: Readonly<Record<string, string>>;
  /** `METHOD path` of every request so far. */
  readonly requests: readonly string[];
  /** Adds what else Azure Resource Manager is to answer. */
  serve(handler: AzureHandler): void;
  /** What requests whose path contains `part` get, one after the other. */
  disturb(part: string, ...disturbances: readonly Disturbance[]): void;
  stop(): Promise<void>;
}

export async function startAzure(): Promise<AzureStandIn> {
  const ca = certificateAuthority("Azure stand-in");
  const identity = await startIdentityEndpoint();
  const clusters = new ManagedClusters(identity.objectId);
  const handlers: AzureHandler[] = [clusters.handle];
  const requests: string[] = [];
  const planned: { readonly part: string; readonly disturbance: Disturbance }[] = [];
  let url = "";

  const react = async (request: IncomingMessage): Promise<Disturbance> => {
    const { pathname, searchParams } = new URL(request.url ?? "/", url);
    const { method = "GET" } = request;
    requests.push(`${method} ${pathname}`);
    const body = await text(request);
    const next = planned.findIndex(({ part }) => pathname.includes(part));
    const [disturbed] = next < 0 ? [] : planned.splice(next, 1);
    if (disturbed) return disturbed.disturbance;
    if (!identity.isTokenFor(url, request.headers.authorization)) return UNAUTHENTICATED;
    for (const handle of handlers) {
      const answer = handle({ method, path: pathname, query: searchParams, body });
      if (answer) return answer;
    }
    return azureError(404, "InvalidResourceType", "The resource type could not be found");
  };

  const server = createServer(ca.server(), (request, response) => {
    react(request).then(
      (answer) => send(request, response, answer),
      (error: unknown) => send(request, response, azureError(500, "Defect", String(error))),
    );
  });
  url = `https://127.0.0.1:${await listening(server)}`;
  const folder = mkdtempSync(join(tmpdir(), "stagecoach-azure-"));
  const caFile = join(folder, "ca.pem");
  writeFileSync(caFile, ca.cert);
  return {
    url,
    ca,
    identity,
    clusters,
    environment: {
      ...identity.environment,
      AZURE_RESOURCE_MANAGER_ENDPOINT: url,
      NODE_EXTRA_CA_CERTS: caFile,
    },
    requests,
    serve: (handler) => {
      handlers.push(handler);
    },
    disturb: (part, ...disturbances) => {
      planned.push(...disturbances.map((disturbance) => ({ part, disturbance })));
    },
    async stop() {
      await Promise.all([stopServer(server), identity.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const UNAUTHENTICATED = azureError(
  401,
  "InvalidAuthenticationToken",
  "The access token is invalid.",
  {
    "www-authenticate":
      'Bearer authorization_uri="https://login.windows.net/", error="invalid_token"',
  },
);

function send(request: IncomingMessage, response: ServerResponse, answer: Disturbance): void {
  if (answer === "silence") return;
  if (answer === "reset") {
    request.socket.destroy();
    return;
  }
  const { status, body, headers } = answer;
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}
