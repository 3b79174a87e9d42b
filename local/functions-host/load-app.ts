import { glob, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";

const PackageJson = z.looseObject({ main: z.string(), type: z.string().optional() });

/**
 * Loads an app as the Node.js worker does: `main` of its package.json is a glob, and every match is loaded, as an ES
 * module or as CommonJS by its extension and the `type` of that package.json. Files load in the order of their names,
 * which the real worker does not promise.
 *
 * Source: Azure/azure-functions-nodejs-worker `src/startApp.ts`, `src/loadScriptFile.ts`.
 *
 * @throws naming the file, with the cause, when one cannot be loaded: a load error blocks the whole app.
 */
export async function loadApp(scriptRoot: string): Promise<void> {
  const packageFile = join(scriptRoot, "package.json");
  const { main, type } = PackageJson.parse(JSON.parse(await readFile(packageFile, "utf8")));
  const files = await matches(main, scriptRoot);
  if (files.length === 0)
    throw new Error(`${packageFile}: found zero files matching the supplied pattern "${main}"`);
  const require = createRequire(packageFile);
  for (const file of files) {
    const path = join(scriptRoot, file);
    try {
      if (isEsModule(path, type)) await import(pathToFileURL(path).href);
      else require(path);
    } catch (cause) {
      throw new Error(`${path} cannot be loaded: ${String(cause)}`, { cause });
    }
  }
}

function isEsModule(path: string, type: string | undefined): boolean {
  const extension = extname(path);
  return extension === ".mjs" || (extension !== ".cjs" && type === "module");
}

async function matches(pattern: string, cwd: string): Promise<string[]> {
  const files: string[] = [];
  for await (const file of glob(pattern, { cwd })) files.push(file);
  return files.sort();
}
