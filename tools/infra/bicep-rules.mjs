// What the Bicep compiler and linter would say, as far as it can be found by reading lines.
// Source: the linter's own rules (Azure/bicep, Analyzers/Linter/Rules), those that are off by default included.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { readBicepFile } from "./bicep-file.mjs";

/** The day on which the API versions were last compared with the published ones. */
const VERSIONS_COMPARED = Date.parse("2026-11-21");
const OLDEST_VERSION_DAYS = 730;
/** Types whose newest stable version is older than that. */
const NEWEST = new Set([
  "Microsoft.Authorization/roleAssignments@2022-04-01",
  "Microsoft.Insights/actionGroups@2023-01-01",
  "Microsoft.Insights/components@2020-02-02",
  "Microsoft.Insights/diagnosticSettings@2021-05-01-preview",
  "Microsoft.Insights/scheduledQueryRules@2023-12-01",
  "Microsoft.Insights/workbooks@2023-06-01",
  "Microsoft.Network/privateDnsZones@2024-06-01",
  "Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01",
]);
/** They differ between clouds; `environment()` knows them. */
const ENVIRONMENT_HOSTS =
  /\b(login\.microsoftonline\.com|management\.azure\.com|core\.windows\.net|vault\.azure\.net|database\.windows\.net|graph\.windows\.net|api\.loganalytics\.io)\b/;

function* descriptions({ params, vars, outputs }) {
  for (const { name, documented } of [...params, ...vars, ...outputs]) {
    if (!documented) yield `${name} has no description`;
  }
}

function* secrets({ outputs }) {
  for (const { name, line } of outputs) {
    if (/\.list\w*\(|ConnectionString|[kK]eys?\b/.test(line)) yield `output ${name} shows a secret`;
  }
}

function* contents({ file, lines }) {
  for (const line of lines) {
    const [, content] = /load(?:Json|Text)Content\('([^']+)'\)/.exec(line) ?? [];
    if (content && !existsSync(join(dirname(file), content))) yield `${content} is missing`;
  }
}

function* unused({ params, vars, resources, lines }) {
  const text = lines.map((line) => line.replace(/^\s*\w+:/, "")).join("\n");
  const existing = resources.filter((resource) => resource.existing);
  for (const { name } of [...params, ...vars, ...existing]) {
    if (text.match(new RegExp(`\\b${name}\\b`, "g")).length < 2) yield `${name} is never used`;
  }
}

function* looseTypes({ params, outputs }) {
  for (const { name, line } of [...params, ...outputs]) {
    if (/^(param|output) \w+ (object|array)\b/.test(line)) yield `${name} has no type of its own`;
  }
}

function* hosts({ lines }) {
  for (const line of lines) {
    const [host] = ENVIRONMENT_HOSTS.exec(line) ?? [];
    if (host) yield `${host} differs between clouds: environment() knows it`;
  }
}

function* moduleNames({ modules }) {
  for (const { name, named } of modules) if (named) yield `module ${name} needs no name`;
}

/** What is not deployed has no properties: the compiler wants `!` or `.?` (BCP318). */
function* conditionalAccess({ modules, resources, lines }) {
  const conditional = [...modules, ...resources].filter(({ line }) => line.includes(" = if ("));
  for (const { name } of conditional) {
    const access = new RegExp(`(?<![\\w./-])${name}\\.(?!\\?)`);
    if (lines.some((line) => access.test(line)))
      yield `${name} may not be there: write ${name}! or .?`;
  }
}

function* versions({ resources }) {
  for (const { type, version } of resources) {
    if (!version || NEWEST.has(`${type}@${version}`)) continue;
    const days = (VERSIONS_COMPARED - Date.parse(version.slice(0, 10))) / 86_400_000;
    if (days > OLDEST_VERSION_DAYS) yield `${type}@${version} is older than two years`;
  }
}

/** What-if cannot follow a name that another module gives; and BCP120 refuses it for the resource itself. */
function* nameSources({ file, modules }) {
  for (const { path, passed } of modules) {
    const target = join(dirname(file), path);
    if (!existsSync(target)) continue;
    for (const { identity } of readBicepFile(target).resources) {
      for (const [name, value] of passed) {
        if (value.includes(".outputs.") && new RegExp(`\\b${name}\\b`).test(identity)) {
          yield `${path} makes a name of ${name}, which is not known before the deployment`;
        }
      }
    }
  }
}

function* roles({ resources }) {
  for (const { name, type, body } of resources) {
    if (type !== "Microsoft.Authorization/roleAssignments") continue;
    const text = body.join("\n");
    if (!/ name: guid\(/.test(text)) yield `role assignment ${name} needs a name by guid()`;
    if (!text.includes("principalType: 'ServicePrincipal'")) {
      yield `role assignment ${name} does not say principalType, and fails while the identity spreads`;
    }
  }
}

function* moduleParameters({ file, modules }) {
  for (const { path, passed } of modules) {
    const target = join(dirname(file), path);
    if (!existsSync(target)) yield `module ${path} is missing`;
    else yield* parametersPassed(`module ${path}`, [...passed.keys()], readBicepFile(target));
  }
}

/** Names that are passed and not declared, and those that are missing. */
export function* parametersPassed(what, passed, { params }) {
  const declared = new Set(params.map(({ name }) => name));
  for (const name of passed) if (!declared.has(name)) yield `${what} has no parameter ${name}`;
  for (const { name, required } of params) {
    if (required && !passed.includes(name)) yield `${what} needs the parameter ${name}`;
  }
}

/** One type in two versions is two types to whoever reads it. */
export function* versionsApart(files) {
  const seen = new Map();
  for (const { file, resources } of files) {
    for (const { type, version } of resources) {
      if (!version) continue;
      const other = seen.get(type) ?? version;
      if (other !== version)
        yield { file, text: `${type} is ${version} here and ${other} elsewhere` };
      seen.set(type, other);
    }
  }
}

/** What is wrong with one file, a sentence each. */
export const bicepRules = [
  descriptions,
  secrets,
  contents,
  unused,
  looseTypes,
  hosts,
  moduleNames,
  conditionalAccess,
  versions,
  nameSources,
  roles,
  moduleParameters,
];
