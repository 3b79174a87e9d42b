// Stands for `az`, `azd` and `kubectl`, whichever its first argument says, as far as scripts/*.mjs use them: clusters, role
// assignments and bindings are in the file FAKE_AZURE_STATE.
import { readFileSync, writeFileSync } from "node:fs";

const file = process.env.FAKE_AZURE_STATE;
const state = JSON.parse(readFileSync(file, "utf8"));
const [command, ...args] = process.argv.slice(2);

function option(name) {
  const at = args.indexOf(name);
  return at < 0 ? undefined : args[at + 1];
}

function fail(message) {
  process.stderr.write(`ERROR: ${message}\n`);
  process.exit(1);
}

const ROLE_NAMES = {
  "4abbcc35-e782-43d8-92c5-2d3f1bd2253f": "Azure Kubernetes Service Cluster User Role",
  "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b": "Azure Kubernetes Service RBAC Cluster Admin",
  "acdd72a7-3385-48ef-bd42-f606fba81ae7": "Reader",
};

function createAssignment() {
  const role = option("--role");
  if (!ROLE_NAMES[role]) fail(`Role '${role}' doesn't exist.`);
  state.assignments.push({
    id: `/assignments/${state.assignments.length + 1}`,
    principalId: option("--assignee-object-id"),
    scope: option("--scope"),
    roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${role}`,
    roleDefinitionName: ROLE_NAMES[role],
    description: option("--description") ?? null,
  });
}

const answers = {
  "az aks show": () => {
    const cluster = state.clusters.find(({ id }) => id === option("--ids"));
    return cluster ?? fail("(ResourceNotFound) The cluster was not found.");
  },
  // Source: Azure CLI, which answers inherited assignments only when it is asked to.
  "az role assignment": () => {
    if (args[2] === "create") return createAssignment();
    if (args[2] === "delete") {
      state.assignments = state.assignments.filter(({ id }) => id !== option("--ids"));
      return undefined;
    }
    return state.assignments.filter(
      ({ principalId, scope }) =>
        principalId === option("--assignee") && scope === option("--scope"),
    );
  },
  "az account get-access-token": () => "token-of-az",
  "azd env get-value": () => state.environment[args[2]] ?? fail(`key '${args[2]}' not found`),
  kubectl: () => {
    const [verb, , name] = args.slice(2);
    if (verb === "create") state.bindings.push({ name, context: option("--context") });
    if (verb === "delete") state.bindings = state.bindings.filter((one) => one.name !== name);
    return state.bindings.some((one) => one.name === name) ? name : "";
  },
};

const line = [command, ...args].join(" ");
const known = Object.keys(answers).find((start) => line.startsWith(start));
if (!known) fail(`the fake does not know ${line}`);
const answer = answers[known]();
writeFileSync(file, JSON.stringify(state));
if (answer !== undefined) {
  process.stdout.write(`${typeof answer === "string" ? answer : JSON.stringify(answer)}\n`);
}
