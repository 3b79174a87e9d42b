import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { customResourceDefinition } from "./custom-resource-definition.js";
import { ownKinds } from "./own-kinds.js";

/** Writes one file for each of our kinds into `dist/crds`, named as KubeFleet names them. */
const directory = join("dist", "crds");
mkdirSync(directory, { recursive: true });
for (const kind of ownKinds()) {
  const file = join(directory, `${kind.group}_${kind.plural}.yaml`);
  writeFileSync(file, stringify(customResourceDefinition(kind), { aliasDuplicateObjects: false }));
  console.log(file);
}
