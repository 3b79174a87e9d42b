import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Ran, Shell } from "../../support/kubectl.js";
import { temporaryDirectory } from "../../support/stagecoach-process.js";
import { DEFINITION_DOCUMENTS } from "./definition-scenes.js";
import { DOCUMENTS } from "./documents.js";
import type { Step, Watching } from "./scene.js";

const WATCH_DEADLINE_MS = 30_000;
const POLL_MS = 100;

/** A shell in a folder of its own that holds the script's files; `path` says which kubectl it finds. */
export function shellWithDocuments(kubeconfig: string, path: string | undefined): Shell {
  const directory = temporaryDirectory("differential");
  for (const [name, text] of Object.entries({ ...DOCUMENTS, ...DEFINITION_DOCUMENTS }))
    writeFileSync(join(directory, name), text);
  // What a machine's own shell start-up prints is no difference.
  const environment = { BASH_ENV: "", ...(path !== undefined && { PATH: path }) };
  return new Shell(kubeconfig, directory, environment);
}

/** What one step of the script did. */
export function runStep(shell: Shell, step: Step): Promise<Ran> {
  return typeof step === "string" ? shell.run(step) : runWatch(shell, step);
}

/** Changes things again and again until the watch has shown what is waited for. */
async function runWatch(shell: Shell, { watch, meanwhile, until }: Watching): Promise<Ran> {
  const watching = shell.start(watch);
  const printed = { stdout: "", stderr: "" };
  watching.stdout?.on("data", (chunk) => {
    printed.stdout += String(chunk);
  });
  watching.stderr?.on("data", (chunk) => {
    printed.stderr += String(chunk);
  });
  const ended = new Promise((resolve) => watching.once("exit", resolve));
  const deadline = Date.now() + WATCH_DEADLINE_MS;
  while (!until.test(printed.stdout) && watching.exitCode === null && Date.now() < deadline) {
    await shell.run(meanwhile);
    await delay(POLL_MS);
  }
  const code = watching.exitCode ?? 0;
  watching.kill();
  await ended;
  return { code, ...printed };
}
