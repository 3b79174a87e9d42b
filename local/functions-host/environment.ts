import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const LocalSettings = z.looseObject({ Values: z.record(z.string(), z.string()).optional() });

/** The process environment, which in Azure is where app settings are. */
export function appSettings(): Readonly<Record<string, string | undefined>> {
  return process.env;
}

/** Whether something in front of the host plays App Service authentication. */
export function platformAuthenticates(): boolean {
  return appSettings().WEBSITE_AUTH_ENABLED?.toLowerCase() === "true";
}

/** Sets what the platform sets before an app runs. `WEBSITE_HOSTNAME` is what Durable builds its URLs from. */
export function setPlatformSettings(hostName: string): void {
  process.env.WEBSITE_HOSTNAME = hostName;
  process.env.FUNCTIONS_WORKER_RUNTIME ??= "node";
  process.env.AZURE_FUNCTIONS_ENVIRONMENT ??= "Development";
}

/**
 * Adds `Values` of local.settings.json to the environment, where they are not set already; nothing when the file does
 * not exist.
 *
 * Source: Core Tools, "Local settings".
 */
export async function loadLocalSettings(scriptRoot: string): Promise<void> {
  const file = join(scriptRoot, "local.settings.json");
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new Error(`${file} cannot be read`, { cause: error });
  });
  if (text === undefined) return;
  for (const [name, value] of Object.entries(LocalSettings.parse(JSON.parse(text)).Values ?? {}))
    process.env[name] ??= value;
}
