// Runs before every npm script, with whatever Node (20 or newer) npm itself runs on and before anything is
// installed: built-ins only. Installs the dependencies from the lock when they are missing or not the lock's.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const OLDEST_NODE = 20;
const root = fileURLToPath(new URL("..", import.meta.url));
const lock = join(root, "package-lock.json");
/** npm writes it last, so it tells a finished installation from an interrupted one. */
const installed = join(root, "node_modules", ".package-lock.json");
/** Hash of the lock that was installed: file times alone would reinstall after each checkout. */
const stamp = join(root, "node_modules", ".installed-lock-hash");

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function lockHash() {
  return createHash("sha256").update(readFileSync(lock)).digest("hex");
}

function isInstalled() {
  if (!existsSync(installed)) return false;
  if (existsSync(stamp)) return readFileSync(stamp, "utf8") === lockHash();
  return statSync(installed).mtimeMs >= statSync(lock).mtimeMs;
}

/** PATH without this project's own Node, which the installation is about to replace. */
function outsidePath() {
  const entries = (process.env.PATH ?? "").split(delimiter);
  return entries.filter((entry) => !entry.includes("node_modules")).join(delimiter);
}

function install() {
  process.stderr.write("Installing the dependencies from package-lock.json (about a minute) ...\n");
  const result = spawnSync("npm ci --no-audit --no-fund --loglevel=error", {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, PATH: outsidePath() },
    shell: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (result.error) fail(`npm could not be started: ${result.error.message}`);
  if (result.status !== 0) {
    process.stderr.write(result.stdout + result.stderr);
    fail("npm ci failed: see above. Nothing was started.");
  }
  writeFileSync(stamp, lockHash());
}

const major = Number(process.versions.node.split(".")[0]);
if (major < OLDEST_NODE) {
  fail(`Stagecoach needs Node ${OLDEST_NODE} or newer to install; this is ${process.version}.`);
}
if (!isInstalled()) install();
