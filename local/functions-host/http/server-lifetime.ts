import { once } from "node:events";
import type { Server } from "node:http";

export interface ListeningServer {
  /** Origin, without a slash at its end. */
  readonly url: string;
  /** Takes no more requests, and cuts those off that are open after `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/**
 * Starts a server.
 *
 * @param port 0 for any free one.
 * @throws with `code` EADDRINUSE when the port is taken.
 */
export async function listen(
  server: Server,
  port: number,
  hostname: string,
): Promise<ListeningServer> {
  server.listen(port, hostname);
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string")
    throw new Error(`The server on ${hostname}:${port} has no port`);
  const reachable = hostname === "0.0.0.0" || hostname === "::" ? "127.0.0.1" : hostname;
  const name = reachable.includes(":") ? `[${reachable}]` : reachable;
  return { url: `http://${name}:${address.port}`, close: (graceMs) => close(server, graceMs) };
}

async function close(server: Server, graceMs: number): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeIdleConnections();
  const cutOff = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(cutOff);
}
