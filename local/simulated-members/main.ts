import { type MembersMessage, MembersToStart } from "./member-messages.js";
import { type SimulatedMember, startSimulatedMember } from "./simulated-member.js";

/** The process of the simulated members: starts those it is told of, and ends with the process that started it. */

const started: SimulatedMember[] = [];

function say(message: MembersMessage): void {
  // Once the other side is gone, nobody listens, and this process ends.
  if (process.connected) process.send?.(message);
}

async function start(message: unknown): Promise<void> {
  const report = (text: string) => say({ kind: "Report", message: text });
  for (const member of MembersToStart.parse(message).members) {
    started.push(await startSimulatedMember({ ...member, report }));
  }
  say({ kind: "Started", urls: started.map(({ url }) => url) });
}

process.once("message", (message) => {
  start(message).catch((error: unknown) =>
    say({ kind: "Failed", message: error instanceof Error ? error.message : String(error) }),
  );
});
process.once("disconnect", () => {
  Promise.all(started.map((member) => member.close())).then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
// Ctrl-C reaches every process of the terminal: the members go when the host has stopped.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
