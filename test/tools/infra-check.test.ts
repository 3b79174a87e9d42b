import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

/** The tool's own code, which has no types. */
const { infrastructureProblems } = (await import(
  new URL("../../tools/infra/problems.mjs", import.meta.url).href
)) as { infrastructureProblems(root: string): { readonly problems: readonly string[] } };

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stagecoach-infra-"));
  for (const path of ["infra", ".github", "azure.yaml", "host.json", "docs"]) {
    cpSync(path, join(folder, path), { recursive: true });
  }
});
afterEach(() => rmSync(folder, { recursive: true }));

function check() {
  return spawnSync(process.execPath, ["tools/infra-check.mjs", folder], { encoding: "utf8" });
}

/** A file of `infra`, or by `../` one beside it. */
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

  it("says what it has found, and fails", () => {
    edit("main.bicep", "'app/storage.bicep'", "'app/disk.bicep'");
    const says = "infra/main.bicep: module app/disk.bicep is missing\n";
    expect(check()).toMatchObject({ status: 1, stderr: expect.stringContaining(says) });
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
    {
      mistake: "a variable without a description",
      file: "main.bicep",
      from: "@description('Name of the identity of the app.')\n",
      to: "",
      says: "identityName has no description",
    },
    {
      mistake: "a parameter that nothing uses",
      file: "app/network.bicep",
      from: "  name: name\n",
      to: "  name: 'network'\n",
      says: "name is never used",
    },
    {
      mistake: "an existing resource that nothing uses",
      file: "app/authentication.bicep",
      from: "  parent: site\n",
      to: "",
      says: "site is never used",
    },
    {
      mistake: "a parameter of any shape",
      file: "app/storage.bicep",
      from: "param tags { *: string }",
      to: "param tags object",
      says: "tags has no type of its own",
    },
    {
      mistake: "a host that other clouds call otherwise",
      file: "app/authentication.bicep",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Bicep's
      from: "${environment().authentication.loginEndpoint}",
      to: "https://login.microsoftonline.com/",
      says: "login.microsoftonline.com differs between clouds",
    },
    {
      mistake: "a module with a name",
      file: "main.bicep",
      from: "module identity 'app/identity.bicep' = {\n",
      to: "module identity 'app/identity.bicep' = {\n  name: 'identity'\n",
      says: "module identity needs no name",
    },
    {
      mistake: "an output of a module that may not be deployed",
      file: "main.bicep",
      from: "network!.outputs.endpointSubnetId",
      to: "network.outputs.endpointSubnetId",
      says: "network may not be there",
    },
    {
      mistake: "an API version of long ago",
      file: "app/identity.bicep",
      from: "userAssignedIdentities@2024-11-30",
      to: "userAssignedIdentities@2023-01-31",
      says: "Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31 is older than two years",
    },
    {
      mistake: "one type in two versions",
      file: "app/authentication.bicep",
      from: "'Microsoft.Web/sites@2025-03-01'",
      to: "'Microsoft.Web/sites@2025-05-01'",
      says: "Microsoft.Web/sites is 2025-03-01 here and 2025-05-01 elsewhere",
    },
    {
      mistake: "a name that is known only during the deployment",
      file: "main.bicep",
      from: "    applicationInsightsName: componentName",
      to: "    applicationInsightsName: monitoring.outputs.workspaceId",
      says: "app/function-app.bicep makes a name of applicationInsightsName",
    },
    {
      mistake: "a role assignment for an identity that may not have spread",
      file: "app/monitoring.bicep",
      from: "    principalType: 'ServicePrincipal'\n",
      to: "",
      says: "role assignment publisher does not say principalType",
    },
    {
      mistake: "a role assignment with a name of its own",
      file: "app/monitoring.bicep",
      from: "guid(component.id, identityName, publisherRoleId)",
      to: "'publisher'",
      says: "role assignment publisher needs a name by guid()",
    },
    {
      mistake: "a task hub that the host does not look for",
      file: "../host.json",
      from: '"hubName": "Stagecoach"',
      to: '"hubName": "Hub"',
      says: "no task hub is named Hub",
    },
    {
      mistake: "a default that azd has otherwise",
      file: "main.parameters.json",
      from: "APPROVAL_WAIT_HOURS=4",
      to: "APPROVAL_WAIT_HOURS=8",
      says: "approvalWaitHours is 8 with azd and 4 without",
    },
    {
      mistake: "a hook that forgets a system",
      file: "../azure.yaml",
      from: "    windows:\n      shell: pwsh\n      run: node tools/app-registration.mjs trust\n",
      to: "",
      says: "the hook postprovision does nothing on windows",
    },
    {
      mistake: "a hook that does something else on another system",
      file: "../azure.yaml",
      from: "    windows:\n      shell: pwsh\n      run: node tools/app-registration.mjs trust\n",
      to: "    windows:\n      shell: pwsh\n      run: node tools/app-registration.mjs ensure\n",
      says: "the hook postprovision differs by system",
    },
    {
      mistake: "a variable that a pipeline does not get",
      file: "../azure.yaml",
      from: "    - ALERT_EMAIL\n",
      to: "",
      says: "ALERT_EMAIL is missing in azure.yaml",
    },
    {
      mistake: "a variable that the workflow does not pass on",
      file: "../.github/workflows/azure-dev.yml",
      from: "      ALERT_EMAIL: ",
      to: "      EMAIL: ",
      says: "ALERT_EMAIL is missing in azure-dev.yml",
    },
    {
      mistake: "a variable that the documents do not tell",
      file: "../docs/azure.md",
      from: "| `ALERT_EMAIL` |",
      to: "| `EMAIL` |",
      says: "ALERT_EMAIL is missing in docs/azure.md",
    },
    {
      mistake: "an output that azd cannot keep",
      file: "main.bicep",
      from: "output SERVICE_API_URI",
      to: "output serviceApiUri",
      says: "azd keeps outputs like variables: serviceApiUri is none",
    },
  ])("names $mistake", ({ file, from, to, says }) => {
    edit(file, from, to);
    expect(infrastructureProblems(folder).problems.join("\n")).toContain(says);
  });
});
