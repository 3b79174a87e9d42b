// Bundles the app as Azure loads it (dist/main.js), and the entries of local development and tools (dist/local, dist/tools).
import { existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { compressedDescriptions } from "./builtin-descriptions.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
/** A larger app starts noticeably slower on a cold instance. */
const MAX_APP_BYTES = 4 * 1024 * 1024;

const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  format: "esm",
  logLevel: "warning",
  legalComments: "none",
};

const app = {
  ...shared,
  entryPoints: ["src/main.ts"],
  outfile: "dist/main.js",
  target: "node22",
  minify: true,
  // Names show in stack traces and in logs, and cost a few percent.
  keepNames: true,
  sourcemap: "linked",
  // The worker provides functions-core at run time; a bundled copy would register functions with nobody.
  // The Kubernetes client reads kubeconfig files in local development only, and is 20 MB.
  external: ["@azure/functions-core", "@kubernetes/client-node"],
  // Bundled CommonJS packages call require for Node's built-ins.
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
};

function local(source, outfile) {
  return {
    ...shared,
    entryPoints: [source],
    outfile,
    target: "node24",
    packages: "external",
    sourcemap: "linked",
  };
}

const entries = [
  app,
  local("local/start.ts", "dist/local/start.js"),
  local("local/demo.ts", "dist/local/demo.js"),
  local("local/functions-host/main.ts", "dist/local/functions-host.js"),
  local("local/simulated-members/main.ts", "dist/local/simulated-members.js"),
  local("bench/main.ts", "dist/bench/main.js"),
  local("tools/crds/write-crds.ts", "dist/tools/write-crds.js"),
];
const present = entries.filter(({ entryPoints: [source] }) => existsSync(join(root, source)));

try {
  await Promise.all(present.map((entry) => build(entry)));
} catch (error) {
  // esbuild has printed each problem with its place.
  process.stderr.write(`build failed: ${error.message.split("\n")[0]}\n`);
  process.exit(1);
}

if (present.includes(app)) {
  writeFileSync(join(root, "dist/builtin-descriptions.json.gz"), compressedDescriptions());
  const { size } = statSync(join(root, app.outfile));
  if (size > MAX_APP_BYTES) {
    process.stderr.write(`${app.outfile} has ${size} bytes; the limit is ${MAX_APP_BYTES}.\n`);
    process.exit(1);
  }
}
