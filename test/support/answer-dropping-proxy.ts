import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";

/** Stands before a server on loopback and can lose an answer to a request that the server has carried out. */
export interface AnswerDroppingProxy {
  readonly port: number;
  /** Requests of that method from now on, `times` of them, are carried out and their connections closed unanswered. */
  dropAnswers(method: string, times: number): void;
  /** How many answers were lost so far. */
  dropped(): number;
  close(): Promise<void>;
}

export async function startAnswerDroppingProxy(target: number): Promise<AnswerDroppingProxy> {
  let dropping = { method: "", left: 0 };
  let dropped = 0;

  async function forward(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { method, url, headers } = incoming;
    const sent = await buffer(incoming);
    const upstream = request({ host: "127.0.0.1", port: target, method, path: url, headers });
    upstream.end(sent);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      upstream.once("response", resolve);
      upstream.once("error", reject);
    });
    const body = await buffer(response);
    if (method === dropping.method && dropping.left > 0) {
      dropping.left -= 1;
      dropped += 1;
      incoming.socket.destroy();
      return;
    }
    answer.writeHead(response.statusCode ?? 500, response.headers);
    answer.end(body);
  }

  const server = createServer((incoming, answer) => {
    forward(incoming, answer).catch((error: unknown) => {
      answer.destroy(error instanceof Error ? error : undefined);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the proxy has no port");
  return {
    port: address.port,
    dropAnswers(method, times) {
      dropping = { method, left: times };
    },
    dropped: () => dropped,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
