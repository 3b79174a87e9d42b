import { spawnSync } from "node:child_process";

const TEXT = { encoding: "utf8" };

/** What a command like `az` prints. Throws with the command and its own words when it fails. */
export function run(command, args) {
  // On Windows these commands are scripts, which only a shell can start.
  const result =
    process.platform === "win32"
      ? spawnSync([command, ...args.map((arg) => `"${arg}"`)].join(" "), { ...TEXT, shell: true })
      : spawnSync(command, args, TEXT);
  if (result.error) throw new Error(`${command} could not be started: ${result.error.message}`);
  if (result.status !== 0) throw new Error(`${command} ${args.join(" ")}: ${result.stderr.trim()}`);
  return result.stdout.trim();
}
