import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The documents are other people's text and not part of the repository; they lie beside the checkout where they are. */
const FOLDER =
  process.env.STAGECOACH_DOCUMENTS ??
  fileURLToPath(new URL("../../../shared/seeds", import.meta.url));

/** Names of the five documents; their files begin with them. */
export type DocumentName = "S0" | "S1" | "S2" | "S3" | "S4";

/** The text of a document, or nothing where the documents are not at hand. */
export function findDocument(name: DocumentName): string | undefined {
  if (!existsSync(FOLDER)) return undefined;
  const file = readdirSync(FOLDER).find((entry) => entry.startsWith(`${name}-`));
  return file === undefined ? undefined : readFileSync(join(FOLDER, file), "utf8");
}
