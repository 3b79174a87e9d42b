import type { TestProject } from "vitest/node";
import { startTestAzurite } from "./azurite.js";

declare module "vitest" {
  interface ProvidedContext {
    /** Connection string of the Azurite that all tests share; each test uses a table prefix of its own. */
    azurite: string;
  }
}

/** Starts the Azurite of a test run; what it returns ends it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const azurite = await startTestAzurite();
  project.provide("azurite", azurite.connectionString);
  return azurite.stop;
}
