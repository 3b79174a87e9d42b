import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

/** A model as the client's generator writes one: comments in the declarations, names of fields in the code. */
function model(fields: readonly (readonly [property: string, field: string, type: string])[]) {
  return {
    declarations: `/**
 * Kubernetes
 */
import { V1Other } from '../models/V1Other.js';
/**
* A thing\\'s \\"description\\".
*/
export declare class V1Thing {
${fields.map(([property]) => `    /**\n    * About ${property}.\n    */\n    '${property}'?: any;`).join("\n")}
    'plain'?: string;
}`,
    code: `export class V1Thing {
    static attributeTypeMap = ${JSON.stringify(
      [...fields, ["plain", "plain", "string"]].map(([name, baseName, type]) => ({
        name,
        baseName,
        type,
        format: "",
      })),
      null,
      8,
    )};
}`,
  };
}

const folder = mkdtempSync(join(tmpdir(), "models-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the tool's function in a process of its own: the tools are no part of the program. */
function collected(names: readonly string[]): unknown {
  const tool = new URL("../../tools/builtin-descriptions.mjs", import.meta.url).href;
  const script = `import { collectDescriptions } from ${JSON.stringify(tool)};
process.stdout.write(JSON.stringify(collectDescriptions(${JSON.stringify(folder)}, ${JSON.stringify(names)})));`;
  const run = ["--input-type=module", "-e", script];
  return JSON.parse(execFileSync(process.execPath, run, { encoding: "utf8" }));
}

describe("collectDescriptions", () => {
  it("takes what is said of types and fields, and follows the types of fields", () => {
    const thing = model([
      ["_default", "default", "V1Other"],
      ["list", "list", "Array<CoreV1Part>"],
      ["map", "map", "{ [key: string]: V1Missing; }"],
    ]);
    writeFileSync(join(folder, "V1Thing.d.ts"), thing.declarations);
    writeFileSync(join(folder, "V1Thing.js"), thing.code);
    const other = model([]);
    for (const name of ["V1Other", "CoreV1Part", "V1Unused"]) {
      writeFileSync(join(folder, `${name}.d.ts`), other.declarations);
      writeFileSync(join(folder, `${name}.js`), other.code);
    }
    const described = collected(["AppsV1Thing", "V1Thing"]) as Record<string, unknown>;
    expect(Object.keys(described).sort()).toEqual(["CoreV1Part", "V1Other", "V1Thing"]);
    expect(described.V1Thing).toEqual({
      description: `A thing's "description".`,
      fields: {
        default: ["About _default.", "V1Other"],
        list: ["About list.", "CoreV1Part"],
        map: ["About map.", "V1Missing"],
        plain: [""],
      },
    });
  });
});
