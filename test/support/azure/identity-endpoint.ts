import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { listening, stopServer } from "./servers.js";

/** The Entra application of AKS' API servers. */
export const AKS_AUDIENCE = "6dae42f8-4368-4678-94ff-3960e28e3630";

/** What the endpoint does instead of giving a token. */
export type IdentityFault =
  | { readonly status: number; readonly body: unknown }
  | { readonly kind: "silence" };

/** A managed identity with the endpoint that App Service gives to an app. */
export interface IdentityEndpoint {
  readonly clientId: string;
  /** By which clusters and roles know it. */
  readonly objectId: string;
  /** The token that it gives for AKS' API servers, until another is set. */
  aksToken: string;
  /** Every token that it has given so far. */
  readonly given: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  fault: IdentityFault | undefined;
  isTokenFor(audience: string, authorization: string | undefined): boolean;
  stop(): Promise<void>;
}

/** Source: "How to use managed identities for App Service and Azure Functions", REST endpoint reference. */
export async function startIdentityEndpoint(
  objectId = "0b1ec71d-0000-4000-8000-00000000a1d0",
): Promise<IdentityEndpoint> {
  const header = randomBytes(16).toString("hex");
  const clientId = randomGuid();
  const given: string[] = [];
  const endpoint = {
    clientId,
    objectId,
    aksToken: makeToken(AKS_AUDIENCE, objectId),
    given,
    fault: undefined as IdentityFault | undefined,
    isTokenFor: (audience: string, authorization: string | undefined) =>
      given.some((token) => authorization === `Bearer ${token}` && audienceOf(token) === audience),
  };
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const { searchParams } = new URL(request.url ?? "/", "http://localhost");
    if (endpoint.fault && "kind" in endpoint.fault) return;
    const refused = endpoint.fault ?? refusal(request, searchParams, header, clientId);
    if (refused) return send(response, refused.status, refused.body);
    const resource = searchParams.get("resource") ?? "";
    const token = resource === AKS_AUDIENCE ? endpoint.aksToken : makeToken(resource, objectId);
    given.push(token);
    send(response, 200, tokenAnswer(token, resource, clientId));
  };
  const server = createServer(answer);
  const port = await listening(server);
  const environment = {
    IDENTITY_ENDPOINT: `http://127.0.0.1:${port}/msi/token`,
    IDENTITY_HEADER: header,
    AZURE_CLIENT_ID: clientId,
  };
  return Object.assign(endpoint, { environment, stop: () => stopServer(server) });
}

/** A token as Entra's look: three parts, of which the second says whose it is. */
export function makeToken(audience: string, objectId: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = { aud: audience, oid: objectId, jti: randomBytes(8).toString("hex") };
  return [
    part({ typ: "JWT", alg: "RS256" }),
    part(claims),
    randomBytes(64).toString("base64url"),
  ].join(".");
}

function tokenAnswer(token: string, resource: string, clientId: string): object {
  const expiresOn = Math.floor(Date.now() / 1000) + 3600;
  return {
    access_token: token,
    expires_on: String(expiresOn),
    resource,
    token_type: "Bearer",
    client_id: clientId,
  };
}

function refusal(
  { headers }: IncomingMessage,
  query: URLSearchParams,
  header: string,
  clientId: string,
): { readonly status: number; readonly body: unknown } | undefined {
  if (headers["x-identity-header"] !== header) {
    return { status: 401, body: { statusCode: 401, message: "Invalid X-IDENTITY-HEADER" } };
  }
  if (query.get("client_id") === clientId) return undefined;
  const message = "No User Assigned or Delegated Managed Identity found for specified ClientId";
  return { status: 400, body: { statusCode: 400, message } };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}

function audienceOf(token: string): unknown {
  const claims = Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8");
  return (JSON.parse(claims) as { aud?: unknown }).aud;
}

function randomGuid(): string {
  const digits = randomBytes(16).toString("hex");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
