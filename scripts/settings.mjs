import { parseArgs } from "node:util";
import { run } from "../tools/run-command.mjs";

/** What a script is called with, and a value for each setting: an option, a variable, or what azd remembers. */
export function readSettings(usage, options) {
  const { values, positionals } = parseArgs({
    options: { help: { type: "boolean" }, ...options },
    allowPositionals: true,
  });
  if (values.help) {
    process.stdout.write(usage);
    process.exit(0);
  }
  if (positionals.length > 0) throw new UsageError(`what is ${positionals.join(" ")}?`);
  const need = (option, variable) => {
    const value = values[option] ?? process.env[variable] ?? remembered(variable);
    if (value) return value;
    throw new UsageError(`--${option} is missing, and azd has no ${variable}`);
  };
  return { values, need };
}

/** A mistake of whoever calls, as opposed to something that went wrong. */
export class UsageError extends Error {}

function remembered(variable) {
  try {
    return run("azd", ["env", "get-value", variable]);
  } catch {
    // Without azd, or without an environment, every setting is an option or a variable.
    return undefined;
  }
}

/** Runs a script: what goes wrong is one line on standard error, and exit code 1; 2 when it was called wrongly. */
export async function main(name, usage, script) {
  try {
    await script();
  } catch (error) {
    const wronglyCalled = error instanceof UsageError || error.code?.startsWith("ERR_PARSE_ARGS");
    process.stderr.write(`${name}: ${error.message}\n${wronglyCalled ? usage : ""}`);
    process.exitCode = wronglyCalled ? 2 : 1;
  }
}

/** Does what changes something; with `dryRun` it only says what it would do. */
export class Changes {
  constructor(dryRun) {
    this.dryRun = dryRun === true;
  }

  run(command, args) {
    const line = [command, ...args.map(quoted)].join(" ");
    process.stdout.write(this.dryRun ? `would run: ${line}\n` : `${line}\n`);
    if (!this.dryRun) run(command, args);
  }

  /** @param line what is done, for the reader */
  async perform(line, action) {
    process.stdout.write(this.dryRun ? `would send: ${line}\n` : `${line}\n`);
    if (!this.dryRun) await action();
  }
}

function quoted(argument) {
  return /^[\w./:=@-]+$/.test(argument) ? argument : `'${argument}'`;
}
