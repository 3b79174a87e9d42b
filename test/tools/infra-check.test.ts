import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stagecoach-infra-"));
  cpSync("infra", join(folder, "infra"), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

function check() {
  return spawnSync(process.execPath, ["tools/infra-check.mjs", folder], { encoding: "utf8" });
}

function edit(file: string, from: string, to: string): void {
  const path = join(folder, "infra", file);
  const text = readFileSync(path, "utf8");
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
}

describe("tools/infra-check.mjs", () => {
  it("finds nothing in the infrastructure as it is", () => {
    expect(check()).toMatchObject({ status: 0, stderr: "" });
  });

  it.each([
    {
      mistake: "a module that does not exist",
      file: "main.bicep",
      from: "'app/storage.bicep'",
      to: "'app/disk.bicep'",
      says: "module app/disk.bicep is missing",
    },
    {
      mistake: "a parameter that the module does not have",
      file: "main.bicep",
      from: "    privateOnly: vnetEnabled",
      to: "    privateOnly: vnetEnabled\n    colour: 'red'",
      says: "module app/storage.bicep has no parameter colour",
    },
    {
      mistake: "a parameter that is not passed",
      file: "main.bicep",
      from: "    privateOnly: vnetEnabled\n",
      to: "",
      says: "module app/storage.bicep needs the parameter privateOnly",
    },
    {
      mistake: "a parameter without a description",
      file: "app/storage.bicep",
      from: "@description('Tags of the account.')\n",
      to: "",
      says: "tags has no description",
    },
    {
      mistake: "a value for a parameter that main.bicep does not have",
      file: "main.parameters.json",
      from: '"vnetEnabled"',
      to: '"vnet"',
      says: "main.bicep has no parameter vnet",
    },
    {
      mistake: "a secret in an output",
      file: "app/storage.bicep",
      from: "output id string = account.id",
      to: "output id string = account.listKeys().keys[0].value",
      says: "output id shows a secret",
    },
    {
      mistake: "an app setting that nothing reads",
      file: "app/function-app.bicep",
      from: "  DEFAULT_RUN_STATE:",
      to: "  DEFAULT_STATE:",
      says: "nothing reads the app setting DEFAULT_STATE",
    },
    {
      mistake: "an app setting that Flex Consumption refuses",
      file: "app/function-app.bicep",
      from: "  DEFAULT_RUN_STATE: defaultRunState",
      to: "  FUNCTIONS_WORKER_RUNTIME: 'node'",
      says: "nothing reads the app setting FUNCTIONS_WORKER_RUNTIME",
    },
    {
      mistake: "an app setting that is needed and not set",
      file: "app/function-app.bicep",
      from: "  AzureWebJobsStorage__tableServiceUri: tableEndpoint\n",
      to: "",
      says: "the app setting AzureWebJobsStorage__tableServiceUri is not set",
    },
  ])("names $mistake", ({ file, from, to, says }) => {
    edit(file, from, to);
    const { status, stderr } = check();
    expect(status).toBe(1);
    expect(stderr).toContain(says);
  });
});
