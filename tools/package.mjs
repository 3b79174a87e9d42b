// Makes what Azure runs from the bundle: dist/package, which azd uploads, and the same as dist/stagecoach.zip.
// Usage: node tools/package.mjs [--out FOLDER] [--durable-backend AzureStorage|Scheduler]
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { zip } from "./zip.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
/** Every new instance of the app downloads the zip before its first request. */
const MAX_BYTES = 5 * 1024 * 1024;
const BACKENDS = ["AzureStorage", "Scheduler"];

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      out: { type: "string", default: join(root, "dist") },
      // azd gives its environment to hooks; the same value decides what is provisioned.
      "durable-backend": { type: "string", default: process.env.DURABLE_BACKEND || BACKENDS[0] },
    },
  });
  const backend = values["durable-backend"];
  if (!BACKENDS.includes(backend)) {
    fail(`--durable-backend (or DURABLE_BACKEND) is "${backend}": choose ${BACKENDS.join(" or ")}`);
  }
  return { out: resolve(values.out), backend };
}

function json(value) {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
}

/**
 * The Functions scale controller reads the file and not the app settings that override it, so a back end chosen by
 * settings alone is never scaled. Source: azure-functions-durable-extension issues 2622 and 2803.
 */
function hostJson(backend) {
  const host = JSON.parse(readFileSync(join(root, "host.json"), "utf8"));
  if (backend === "Scheduler") {
    host.extensions.durableTask.storageProvider = {
      type: "azureManaged",
      connectionStringName: "DURABLE_TASK_SCHEDULER_CONNECTION_STRING",
    };
  }
  return json(host);
}

/** No dependencies: they are in the bundle, and nothing is to be installed in Azure. */
function packageJson() {
  const { name, version, type } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return json({ name, version, private: true, type, main: "main.js" });
}

function built(file) {
  try {
    return readFileSync(join(root, "dist", file));
  } catch (error) {
    return fail(`dist/${file} cannot be read, run "npm run build" first: ${error.message}`);
  }
}

const { out, backend } = readOptions();
const files = new Map([
  ["host.json", hostJson(backend)],
  ["package.json", packageJson()],
  ["main.js", built("main.js")],
  // The bundle reads it from beside itself.
  ["builtin-descriptions.json.gz", built("builtin-descriptions.json.gz")],
]);

const folder = join(out, "package");
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const [path, content] of files) writeFileSync(join(folder, path), content);

const archive = zip(files);
if (archive.length > MAX_BYTES) {
  fail(`the package has ${archive.length} bytes; the limit is ${MAX_BYTES}`);
}
writeFileSync(join(out, "stagecoach.zip"), archive);
process.stdout.write(`${join(out, "stagecoach.zip")}: ${archive.length} bytes, ${backend}\n`);
