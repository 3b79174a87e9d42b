import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Difference } from "./demo/difference.js";
import { narratorTo } from "./demo/narrator.js";
import type { Terminal } from "./demo/terminal.js";
import { TUTORIAL } from "./demo/tutorial.js";
import { HubClient, HubRefusal } from "./hub-client.js";
import { type Stagecoach, startStagecoach } from "./stagecoach.js";
import { stopOnSignals } from "./stop-signals.js";

/** `npm run demo`: npm runs it in the project's folder. */
const projectRoot = process.cwd();
/** What shells report for a program ended by Ctrl-C. */
const INTERRUPTED = 130;

async function main(): Promise<number> {
  const startedMs = Date.now();
  const dataDir = mkdtempSync(join(tmpdir(), "stagecoach-demo-"));
  const starting = startDemo(dataDir);
  const cleanUp = once(async () => {
    try {
      await (await starting).stop();
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  });
  let interrupted = false;
  stopOnSignals(
    () => {
      interrupted = true;
      return cleanUp();
    },
    INTERRUPTED,
    complain,
  );
  try {
    const problem = await playTutorial(await starting);
    // The steps fail once everything is being stopped: that is no difference from the tutorial.
    if (interrupted) return INTERRUPTED;
    const seconds = Math.round((Date.now() - startedMs) / 1000);
    if (problem) complain(`\n${problem}`);
    else write(`\nEvery step went as the tutorial says (${seconds} s).\n`);
    return problem ? 1 : 0;
  } finally {
    await cleanUp();
  }
}

/** The same promise for everybody who asks. */
function once(act: () => Promise<void>): () => Promise<void> {
  let acting: Promise<void> | undefined;
  return () => {
    acting ??= act();
    return acting;
  };
}

function startDemo(dataDir: string): Promise<Stagecoach> {
  const options = {
    port: 0,
    members: 3,
    realMembers: [],
    kubeconfig: undefined,
    dataDir,
    fresh: false,
    help: false,
  };
  return startStagecoach(options, { projectRoot, warn: complain });
}

/** Plays every part. Returns which one did not go as the tutorial says, and how; that one ends it. */
async function playTutorial(stagecoach: Stagecoach): Promise<string | undefined> {
  const terminal = terminalOn(stagecoach);
  for (const { title, play } of TUTORIAL) {
    terminal.narrator.heading(title);
    try {
      await play(terminal);
    } catch (error) {
      return `"${title}" went differently: ${problemText(error)}`;
    }
  }
  return undefined;
}

function terminalOn({ hubUrl, simulatedMembers }: Stagecoach): Terminal {
  return {
    hub: new HubClient(hubUrl),
    members: simulatedMembers.map(({ name, url }) => ({ name, api: new HubClient(url) })),
    narrator: narratorTo(write, process.stdout.isTTY === true),
    now: () => new Date(),
  };
}

/** A difference or a refusal of the API speaks for itself; anything else shows where it happened. */
function problemText(error: unknown): string {
  if (error instanceof Difference || error instanceof HubRefusal) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function write(text: string): void {
  process.stdout.write(text);
}

function complain(message: string): void {
  process.stderr.write(`${message}\n`);
}

main().then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    complain(problemText(error));
    process.exit(1);
  },
);
