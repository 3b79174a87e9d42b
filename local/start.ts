import { type Stagecoach, startStagecoach } from "./stagecoach.js";
import { parseStartOptions, START_USAGE, type StartOptions, UsageError } from "./start-options.js";
import { stopOnSignals } from "./stop-signals.js";

/** `npm start`: npm runs it in the project's folder. */
const projectRoot = process.cwd();

async function main(): Promise<void> {
  const options = parseStartOptions(process.argv.slice(2), projectRoot);
  if (options.help) {
    process.stdout.write(START_USAGE);
    return;
  }
  const starting = startStagecoach(options, { projectRoot, warn: complain });
  // Ctrl-C during the start waits for it, so that nothing is left behind.
  stopOnSignals(async () => (await starting).stop(), 0, complain);
  process.stdout.write(greeting(await starting, options));
}

function greeting({ hubUrl, kubeconfig, simulatedMembers }: Stagecoach, options: StartOptions) {
  const line = (label: string, text: string) => `  ${label.padEnd(12)} ${text}`;
  return `${[
    line("API", hubUrl),
    ...simulatedMembers.map(({ name, url }) => line(name, `${url} (simulated)`)),
    ...options.realMembers.map(({ name, context }) => line(name, `context ${context}`)),
    line("state", options.dataDir),
    "",
    `export KUBECONFIG=${kubeconfig}`,
    "Stagecoach is ready",
  ].join("\n")}\n`;
}

function complain(message: string): void {
  process.stderr.write(`${message}\n`);
}

main().catch((error: unknown) => {
  // What a person can mend is one line; anything else shows where it happened.
  const unexpected = error instanceof Error ? (error.stack ?? error.message) : String(error);
  complain(error instanceof UsageError ? error.message : unexpected);
  process.exit(1);
});
