// All that is wrong with the infrastructure of a project, as far as it can be found without the Bicep CLI.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { appSettingNames } from "../../src/config.ts";
import { azdRules } from "./azd-rules.mjs";
import { entriesAt, readBicepFile } from "./bicep-file.mjs";
import { bicepRules, versionsApart } from "./bicep-rules.mjs";

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

function* settings({ lines }) {
  const names = ["var settings = {", "var schedulerSettings = {"].flatMap((opening) =>
    entriesAt(lines, lines.indexOf(opening)).map(([name]) => name),
  );
  for (const name of names) {
    if (!appSettingNames.includes(name) && !PLATFORM_SETTINGS.includes(name)) {
      yield `nothing reads the app setting ${name}: see src/config.ts`;
    }
  }
  for (const name of REQUIRED_SETTINGS) {
    if (!names.includes(name)) yield `the app setting ${name} is not set`;
  }
}

/** The hub that the host looks for has to be the one that is made. */
function* taskHub(root, { resources }) {
  const { hubName } = JSON.parse(readFileSync(join(root, "host.json"), "utf8")).extensions
    .durableTask;
  const hub = resources.find(({ type }) => type.endsWith("/taskHubs"));
  if (!hub?.identity.includes(`name: '${hubName}'`)) yield `no task hub is named ${hubName}`;
}

/** A line for each problem, and how many Bicep files were read. */
export function infrastructureProblems(root) {
  const infra = join(root, "infra");
  const files = readdirSync(infra, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".bicep"))
    .map((path) => readBicepFile(join(infra, path)));
  const named = (...path) => files.find(({ file }) => file === join(infra, ...path));
  const found = [
    ...files.flatMap((parsed) => bicepRules.flatMap((rule) => about(parsed.file, rule(parsed)))),
    ...[...versionsApart(files)].flatMap(({ file, text }) => about(file, [text])),
    ...about(join(infra, "main.parameters.json"), azdRules(root, named("main.bicep"))),
    ...about(
      join(infra, "app", "function-app.bicep"),
      settings(named("app", "function-app.bicep")),
    ),
    ...about(join(root, "host.json"), taskHub(root, named("app", "durable-scheduler.bicep"))),
  ];
  const problems = found.map(({ file, text }) => `${relative(root, file)}: ${text}`);
  return { problems, files: files.length };
}

const about = (file, texts) => [...texts].map((text) => ({ file, text }));
