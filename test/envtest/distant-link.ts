import { connect, createServer, type Socket } from "node:net";

/** A TCP port that forwards to another one of this machine, later. */
export interface DistantLink {
  readonly port: number;
  stop(): Promise<void>;
}

/** Forwards to `targetPort` with half of `roundTripMs` added in each direction: a member in another place. */
export async function distantLink(targetPort: number, roundTripMs: number): Promise<DistantLink> {
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(targetPort, "127.0.0.1");
    for (const socket of [near, far]) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.once("close", () => open.delete(socket));
      socket.once("error", () => {
        near.destroy();
        far.destroy();
      });
    }
    forwardLater(near, far, roundTripMs / 2);
    forwardLater(far, near, roundTripMs / 2);
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : 0);
    });
  });
  return {
    port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

/** Timers of one length fire in the order they were set, so bytes keep theirs. */
function forwardLater(from: Socket, to: Socket, delayMs: number): void {
  from.on("data", (chunk: Buffer) => {
    setTimeout(() => to.write(chunk), delayMs);
  });
  from.once("end", () => {
    setTimeout(() => to.end(), delayMs);
  });
}
