// Finds mistakes in the infrastructure without the Bicep CLI, and asks the CLI too when it is on PATH.
// It reads Bicep line by line, as `bicep format` writes it.
// Usage: node tools/infra-check.mjs [FOLDER]
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { appSettingNames } from "../src/config.ts";

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

/** What a Bicep file declares; `documented` by a decorator right above. */
function parseBicep(file) {
  const lines = readFileSync(file, "utf8").split("\n");
  const found = { file, params: [], outputs: [], modules: [], lines };
  let documented = false;
  for (const [index, line] of lines.entries()) {
    const [, word, name] = /^(param|output|module) (\w+) /.exec(line) ?? [];
    if (word === "param") {
      const required = !line.includes(" = ") && !line.trimEnd().endsWith("?");
      found.params.push({ name, required, documented });
    }
    if (word === "output") found.outputs.push({ name, documented, value: line });
    if (word === "module") found.modules.push(moduleAt(lines, index));
    documented = line.startsWith("@description(") || (documented && line.startsWith("@"));
  }
  return found;
}

function moduleAt(lines, start) {
  const [, path] = /^module \w+ '([^']+)'/.exec(lines[start]);
  return { path, passed: keysOf(lines, lines.indexOf("  params: {", start)) };
}

/** Keys of the object that opens at a line, one level deeper than the line itself. */
function keysOf(lines, start) {
  if (start < 0) return [];
  const indent = lines[start].search(/\S/);
  const end = lines.findIndex((line, index) => index > start && line.search(/\S/) === indent);
  const key = new RegExp(`^ {${indent + 2}}(\\w+):`);
  return lines.slice(start + 1, end).flatMap((line) => key.exec(line)?.[1] ?? []);
}

function checkPassed(file, what, passed, { params }) {
  const declared = new Set(params.map(({ name }) => name));
  for (const name of passed) {
    if (!declared.has(name)) report(file, `${what} has no parameter ${name}`);
  }
  for (const { name, required } of params) {
    if (required && !passed.includes(name)) report(file, `${what} needs the parameter ${name}`);
  }
}

function checkDeclarations({ file, params, outputs, lines }) {
  for (const { name, documented } of [...params, ...outputs]) {
    if (!documented) report(file, `${name} has no description`);
  }
  for (const { name, value } of outputs) {
    if (/\.list\w*\(|ConnectionString|[kK]eys?\b/.test(value)) {
      report(file, `output ${name} shows a secret`);
    }
  }
  for (const line of lines) {
    const [, content] = /load(?:Json|Text)Content\('([^']+)'\)/.exec(line) ?? [];
    if (content && !existsSync(join(dirname(file), content))) report(file, `${content} is missing`);
  }
}

function checkModules({ file, modules }) {
  for (const { path, passed } of modules) {
    const target = join(dirname(file), path);
    if (!existsSync(target)) report(file, `module ${path} is missing`);
    else checkPassed(file, `module ${path}`, passed, parseBicep(target));
  }
}

function checkSettings({ file, lines }) {
  const names = ["var settings = {", "var schedulerSettings = {"].flatMap((opening) =>
    keysOf(lines, lines.indexOf(opening)),
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
  .map((path) => parseBicep(join(infra, path)));
for (const parsed of files) {
  checkDeclarations(parsed);
  checkModules(parsed);
}
const parametersFile = join(infra, "main.parameters.json");
const { parameters } = JSON.parse(readFileSync(parametersFile, "utf8"));
checkPassed(
  parametersFile,
  "main.bicep",
  Object.keys(parameters),
  parseBicep(join(infra, "main.bicep")),
);
checkSettings(parseBicep(join(infra, "app", "function-app.bicep")));
const compiled = checkWithCli();

for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length === 0)
  process.stdout.write(`${files.length} Bicep files are sound; ${compiled}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
