import { createServer } from "node:net";
import { z } from "zod";
import { readJson, writeJson } from "./data-dir.js";

const HOST = "127.0.0.1";
const RememberedPorts = z.object({ members: z.record(z.string(), z.number().int()) });

/** Whether something can listen on the port of loopback now; 0 always can. */
export async function isFree(port: number): Promise<boolean> {
  return (await listenOnce(port)) !== undefined;
}

/** A port that nothing listens on at this moment. */
export async function freePort(): Promise<number> {
  const port = await listenOnce(0);
  if (port === undefined) throw new Error("no free port on 127.0.0.1");
  return port;
}

function listenOnce(port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE" || error.code === "EACCES") resolve(undefined);
      else reject(error);
    });
    server.listen(port, HOST, () => {
      const address = server.address();
      const bound = typeof address === "object" && address !== null ? address.port : undefined;
      server.close(() => resolve(bound));
    });
  });
}

/**
 * Ports for the simulated members: those of the last start where they are still free, so that bookmarks and open
 * terminals keep working. What was chosen is remembered in `file`.
 */
export async function memberPorts(
  names: readonly string[],
  file: string,
): Promise<ReadonlyMap<string, number>> {
  const remembered = RememberedPorts.safeParse(readJson(file)).data?.members ?? {};
  const chosen = new Map<string, number>();
  for (const name of names) {
    const before = remembered[name];
    const keeps = before !== undefined && !isTaken(chosen, before) && (await isFree(before));
    chosen.set(name, keeps ? before : await unchosenPort(chosen, remembered));
  }
  writeJson(file, { members: { ...remembered, ...Object.fromEntries(chosen) } });
  return chosen;
}

/** The system may offer the same free port twice in a row, or one that another member waits to have back. */
async function unchosenPort(
  chosen: ReadonlyMap<string, number>,
  remembered: Readonly<Record<string, number>>,
): Promise<number> {
  for (;;) {
    const port = await freePort();
    if (!isTaken(chosen, port) && !Object.values(remembered).includes(port)) return port;
  }
}

function isTaken(chosen: ReadonlyMap<string, number>, port: number): boolean {
  return [...chosen.values()].includes(port);
}
