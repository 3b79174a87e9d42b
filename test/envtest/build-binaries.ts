import { ensureBinaries } from "./binaries.js";

/** Builds the API servers before the tests, outside their time limits. */
export async function setup(): Promise<void> {
  await ensureBinaries();
}
