// Whether what azd reads and sets fits together: parameters, hooks, pipeline, documents.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { parametersPassed } from "./bicep-rules.mjs";

/** azd itself asks for these or knows them. */
const AZD_OWN = ["AZURE_ENV_NAME", "AZURE_LOCATION"];

/** What is wrong between azure.yaml, the parameters, the workflow and the page about Azure. */
export function* azdRules(root, main) {
  const read = (...path) => readFileSync(join(root, ...path), "utf8");
  const { parameters } = JSON.parse(read("infra", "main.parameters.json"));
  const azure = parse(read("azure.yaml"));
  yield* parametersPassed("main.bicep", Object.keys(parameters), main);
  yield* defaults(parameters, main);
  yield* hooks({ ...azure.hooks, ...azure.services.api.hooks });
  yield* variables(parameters, {
    "azure.yaml": (name) => azure.pipeline.variables.includes(name),
    "azure-dev.yml": (name) =>
      name in deployEnvironment(read(".github", "workflows", "azure-dev.yml")),
    "docs/azure.md": (name) => read("docs", "azure.md").includes(`| \`${name}\` |`),
  });
  for (const { name } of main.outputs) {
    if (!/^[A-Z][A-Z0-9_]*$/.test(name)) yield `azd keeps outputs like variables: ${name} is none`;
  }
}

const deployEnvironment = (workflow) => parse(workflow).jobs.deploy.env;

/** One value says what happens when nobody chooses: the template's, for those who deploy without azd. */
function* defaults(parameters, { params }) {
  for (const { name, line } of params) {
    const [, inTemplate] = / = '?([^']*)'?$/.exec(line) ?? [];
    const [, inFile] = /^\$\{\w+=(.*)\}$/.exec(parameters[name]?.value ?? "") ?? [];
    if (inFile !== undefined && inFile !== inTemplate) {
      yield `${name} is ${inFile} with azd and ${inTemplate} without`;
    }
  }
}

function* hooks(declared) {
  for (const [name, hook] of Object.entries(declared)) {
    for (const system of ["posix", "windows"]) {
      if (!hook[system]?.run) yield `azure.yaml: the hook ${name} does nothing on ${system}`;
    }
    if (hook.posix?.run !== hook.windows?.run)
      yield `azure.yaml: the hook ${name} differs by system`;
  }
}

function* variables(parameters, places) {
  for (const { value } of Object.values(parameters)) {
    const [, name] = /^\$\{(\w+)/.exec(value) ?? [];
    if (!name || AZD_OWN.includes(name)) continue;
    for (const [place, has] of Object.entries(places)) {
      if (!has(name)) yield `${name} is missing in ${place}`;
    }
  }
}
