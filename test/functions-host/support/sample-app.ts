import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { temporaryFolder } from "./temporary-folder.js";

const requireBanner =
  'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);';

/** A folder as Azure gets it: package.json, host.json and one bundle. */
export interface SampleApp {
  readonly root: string;
}

/** Bundles one of the sample apps the way the product is bundled: ESM, everything inside but the core module. */
export async function bundleSampleApp(
  entry: "streaming" | "buffered",
  hostJson: object = defaultHostJson,
): Promise<SampleApp> {
  const root = await emptyApp({ type: "module", main: "dist/main.js" }, hostJson);
  await build({
    entryPoints: [resolve(`test/functions-host/app/${entry}.ts`)],
    outfile: join(root, "dist/main.js"),
    bundle: true,
    platform: "node",
    format: "esm",
    minify: true,
    keepNames: true,
    external: ["@azure/functions-core"],
    banner: { js: requireBanner },
    logLevel: "error",
  });
  return { root };
}

const defaultHostJson = { version: "2.0", extensions: { durableTask: { hubName: "SampleHub" } } };

/** Writes an app from source text, unbundled, with this repository's packages. */
export async function writeSampleApp(
  packageJson: { type?: string; main: string },
  files: Readonly<Record<string, string>>,
): Promise<SampleApp> {
  const root = await emptyApp(packageJson, defaultHostJson);
  for (const [name, text] of Object.entries(files)) await writeFile(join(root, name), text);
  return { root };
}

async function emptyApp(packageJson: object, hostJson: object): Promise<string> {
  const root = await temporaryFolder("functions-host-app");
  await mkdir(join(root, "dist"));
  await symlink(resolve("node_modules"), join(root, "node_modules"));
  await writeFile(join(root, "package.json"), JSON.stringify(packageJson));
  await writeFile(join(root, "host.json"), JSON.stringify(hostJson));
  return root;
}

let hostBundle: Promise<string> | undefined;

/** Bundles the host's command line as the build does; once per process. */
export function bundleHost(): Promise<string> {
  hostBundle ??= (async () => {
    const folder = await temporaryFolder("functions-host");
    await symlink(resolve("node_modules"), join(folder, "node_modules"));
    const outfile = join(folder, "functions-host.mjs");
    await build({
      entryPoints: [resolve("local/functions-host/main.ts")],
      outfile,
      bundle: true,
      platform: "node",
      format: "esm",
      packages: "external",
      logLevel: "error",
    });
    return outfile;
  })();
  return hostBundle;
}
