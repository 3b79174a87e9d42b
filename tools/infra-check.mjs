// Finds mistakes in the infrastructure without the Bicep CLI, and asks the CLI too when it is on PATH.
// Usage: node tools/infra-check.mjs [FOLDER]
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { infrastructureProblems } from "./infra/problems.mjs";

const root = process.argv[2] ?? fileURLToPath(new URL("..", import.meta.url));
const { problems, files } = infrastructureProblems(root);

/** Asks the real compiler and linter; every line they say is a problem. */
function checkWithCli() {
  const main = join(root, "infra", "main.bicep");
  const commands = [
    ["build", main, "--stdout"],
    ["lint", main],
  ];
  for (const command of commands) {
    const result = spawnSync("bicep", command, { encoding: "utf8" });
    if (result.error?.code === "ENOENT") return "not compiled: bicep is not on PATH";
    if (result.error) throw result.error;
    const said = result.stderr.trim();
    if (result.status !== 0 || said !== "") problems.push(`bicep ${command[0]}: ${said}`);
  }
  return "compiled and linted";
}

const compiled = checkWithCli();

for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length === 0) process.stdout.write(`${files} Bicep files are sound; ${compiled}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
