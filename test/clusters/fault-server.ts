import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { httpConnection } from "../../src/clusters/http-connection.js";
import { keepAliveAgent } from "../../src/clusters/http-exchange.js";
import type { MemberConnection } from "../../src/clusters/member-connection.js";

/** What a server does with one request: answers, or anything a broken one would do. */
export type Reaction = (request: IncomingMessage, response: ServerResponse) => void;

/** A server of this process that behaves as the test says, request by request. */
export interface FaultServer {
  readonly url: URL;
  readonly connection: MemberConnection;
  /** `METHOD path` of every request so far, with the port it came from. */
  readonly requests: readonly { readonly line: string; readonly fromPort: number }[];
  stop(): Promise<void>;
}

/** Reacts to the first request with the first reaction and so on; the last one repeats. */
export async function faultServer(...reactions: readonly Reaction[]): Promise<FaultServer> {
  const requests: { line: string; fromPort: number }[] = [];
  const server = createServer((request, response) => {
    requests.push({
      line: `${request.method} ${request.url}`,
      fromPort: request.socket.remotePort ?? 0,
    });
    const reaction = reactions[Math.min(requests.length, reactions.length) - 1];
    request.resume().once("end", () => reaction?.(request, response));
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : 0);
    });
  });
  const url = new URL(`http://127.0.0.1:${port}`);
  const access = { server: url, agent: keepAliveAgent(url, {}), headers: async () => ({}) };
  return {
    url,
    requests,
    connection: httpConnection("member1", access),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function answer(
  status: number,
  body: unknown = {},
  headers: Record<string, string> = {},
): Reaction {
  return (_request, response) => {
    response.writeHead(status, { "Content-Type": "application/json", ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };
}

/** A `metav1.Status`. */
export function refusal(status: number, reason: string | undefined, message: string): Reaction {
  return answer(status, { kind: "Status", status: "Failure", reason, message, code: status });
}

export const reset: Reaction = (request) => request.socket.resetAndDestroy();

export const silence: Reaction = () => undefined;
