// Finds mistakes in the infrastructure without the Bicep CLI, and asks the CLI too when it is on PATH.
// Usage: node tools/infra-check.mjs [FOLDER]
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { appSettingNames } from "../src/config.ts";
import { azdRules } from "./infra/azd-rules.mjs";
import { entriesAt, readBicepFile } from "./infra/bicep-file.mjs";
import { bicepRules, versionsApart } from "./infra/bicep-rules.mjs";

const root = process.argv[2] ?? fileURLToPath(new URL("..", import.meta.url));
const infra = join(root, "infra");

/** Read by the Functions host, Application Insights or App Service authentication, and not by the app. */
const PLATFORM_SETTINGS = [
  "AzureWebJobsStorage__queueServiceUri",
  "AzureWebJobsStorage__credential",
  "APPLICATIONINSIGHTS_CONNECTION_STRING",
  "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
  "DURABLE_TASK_SCHEDULER_CONNECTION_STRING",
  "OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID",
  "WEBSITE_AUTH_AAD_ALLOWED_TENANTS",
];
/** Without these the app does not start in Azure. */
const REQUIRED_SETTINGS = appSettingNames.filter((name) =>
  name.startsWith("AzureWebJobsStorage__"),
);

const problems = [];
const report = (file, text) => problems.push(`${relative(root, file)}: ${text}`);

function checkSettings({ file, lines }) {
  const names = ["var settings = {", "var schedulerSettings = {"].flatMap((opening) =>
    entriesAt(lines, lines.indexOf(opening)).map(([name]) => name),
  );
  for (const name of names) {
    if (!appSettingNames.includes(name) && !PLATFORM_SETTINGS.includes(name)) {
      report(file, `nothing reads the app setting ${name}: see src/config.ts`);
    }
  }
  for (const name of REQUIRED_SETTINGS) {
    if (!names.includes(name)) report(file, `the app setting ${name} is not set`);
  }
}

/** The hub that the host looks for has to be the one that is made. */
function checkTaskHub({ file, resources }) {
  const { hubName } = JSON.parse(readFileSync(join(root, "host.json"), "utf8")).extensions
    .durableTask;
  const hub = resources.find(({ type }) => type.endsWith("/taskHubs"));
  if (!hub?.identity.includes(`name: '${hubName}'`))
    report(file, `no task hub is named ${hubName}`);
}

/** Asks the real compiler and linter; every line they say is a problem. */
function checkWithCli() {
  const main = join(infra, "main.bicep");
  const commands = [
    ["build", main, "--stdout"],
    ["lint", main],
  ];
  for (const command of commands) {
    const result = spawnSync("bicep", command, { encoding: "utf8" });
    if (result.error?.code === "ENOENT") return "not compiled: bicep is not on PATH";
    if (result.error) throw result.error;
    const said = result.stderr.trim();
    if (result.status !== 0 || said !== "") report(main, `bicep ${command[0]}: ${said}`);
  }
  return "compiled and linted";
}

const files = readdirSync(infra, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".bicep"))
  .map((path) => readBicepFile(join(infra, path)));
const named = (...path) => files.find(({ file }) => file === join(infra, ...path));
for (const parsed of files) {
  for (const rule of bicepRules) for (const text of rule(parsed)) report(parsed.file, text);
}
for (const { file, text } of versionsApart(files)) report(file, text);
for (const text of azdRules(root, named("main.bicep"))) {
  report(join(infra, "main.parameters.json"), text);
}
checkSettings(named("app", "function-app.bicep"));
checkTaskHub(named("app", "durable-scheduler.bicep"));
const compiled = checkWithCli();

for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length === 0)
  process.stdout.write(`${files.length} Bicep files are sound; ${compiled}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
