import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { MembersMessage, type MembersToStart } from "./member-messages.js";

/** Where one simulated member answers. */
export interface MemberAddress {
  readonly name: string;
  readonly url: string;
}

/** Simulated members in a process of their own: real clusters take nothing from the app's processor either. */
export interface MemberProcess {
  readonly members: readonly MemberAddress[];
  /** Ends all of them. */
  close(): Promise<void>;
}

/** Longer than members take to close; what they have answered is on disk whenever they end. */
const CLOSE_WITHIN_MS = 3000;

/**
 * @param projectRoot where the build has put the program
 * @param report told what goes wrong inside a member, and when the process ends by itself
 * @throws Error when a member cannot be started
 */
export async function startMemberProcess(
  projectRoot: string,
  request: MembersToStart,
  report: (message: string) => void,
): Promise<MemberProcess> {
  const child = fork(join(projectRoot, "dist", "local", "simulated-members.js"));
  try {
    const urls = await addresses(child, request, report);
    const onExit = () => report("the process of the simulated members has ended");
    child.once("exit", onExit);
    return {
      members: request.members.map(({ name }, index) => ({ name, url: urls[index] ?? "" })),
      close: () => {
        child.off("exit", onExit);
        return end(child);
      },
    };
  } catch (error) {
    await end(child);
    throw error;
  }
}

function addresses(
  child: ChildProcess,
  request: MembersToStart,
  report: (message: string) => void,
): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) =>
      reject(new Error(`the process of the simulated members ended with exit code ${code}`)),
    );
    child.on("message", (said) => {
      const message = MembersMessage.parse(said);
      if (message.kind === "Started") resolve(message.urls);
      else if (message.kind === "Report") report(message.message);
      else reject(new Error(`the simulated members cannot be started: ${message.message}`));
    });
    child.send(request);
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  const timeout = setTimeout(() => child.kill("SIGKILL"), CLOSE_WITHIN_MS);
  if (child.connected) child.disconnect();
  await exit;
  clearTimeout(timeout);
}
