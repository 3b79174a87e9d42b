// Stands for `az` and `azd`, whichever its first argument says: keeps a directory of applications in the file
// FAKE_AZURE_STATE and answers the requests to Microsoft Graph that tools/app-registration.mjs makes.
import { readFileSync, writeFileSync } from "node:fs";

const file = process.env.FAKE_AZURE_STATE;
const state = JSON.parse(readFileSync(file, "utf8"));
const [command, ...args] = process.argv.slice(2);

/** A list that Graph filters by application id. */
function byAppId(list, path) {
  const [, appId] = /\$filter=appId eq '([^']+)'/.exec(path);
  return { value: list.filter((entry) => entry.appId === appId) };
}

function add(list, entry) {
  const made = { id: `id-${Object.values(state).flat().length}`, ...entry };
  list.push(made);
  return made;
}

function merge(target, { api, ...more }) {
  Object.assign(target, more, api && { api: { ...target.api, ...api } });
}

function remove(list, id) {
  const at = list.findIndex((entry) => entry.id === id);
  if (at < 0) throw new Error(`${id} does not exist`);
  return list.splice(at, 1)[0];
}

const last = (path) => path.split("/").at(-1);
const named = (path) => state.applications.find(({ appId }) => path.includes(`appId='${appId}'`));

const routes = [
  ["GET", /^\/me$/, () => ({ id: "me" })],
  ["POST", /^\/applications$/, (_, body) => add(state.applications, { appId: "app-1", ...body })],
  ["GET", /^\/applications\?/, (path) => byAppId(state.applications, path)],
  ["GET", /federatedIdentityCredentials$/, () => ({ value: state.credentials })],
  ["POST", /federatedIdentityCredentials$/, (_, body) => add(state.credentials, body)],
  ["PATCH", /federatedIdentityCredentials\//, (_, body) => merge(state.credentials[0], body)],
  ["GET", /^\/applications\(/, named],
  ["PATCH", /^\/applications\(/, (path, body) => merge(named(path), body)],
  [
    "DELETE",
    /^\/applications\//,
    (path) => void state.deleted.push(remove(state.applications, last(path))),
  ],
  ["GET", /^\/directory\/deletedItems\/microsoft/, (path) => byAppId(state.deleted, path)],
  ["DELETE", /^\/directory\/deletedItems\//, (path) => void remove(state.deleted, last(path))],
  ["GET", /appRoleAssignedTo$/, () => ({ value: state.assignments })],
  ["POST", /appRoleAssignedTo$/, (_, body) => add(state.assignments, body)],
  ["GET", /^\/servicePrincipals\?/, (path) => byAppId(state.principals, path)],
  ["POST", /^\/servicePrincipals$/, (_, body) => add(state.principals, body)],
  ["PATCH", /^\/servicePrincipals\//, (_, body) => merge(state.principals[0], body)],
];

function option(name) {
  const at = args.indexOf(name);
  return at < 0 ? undefined : args[at + 1];
}

function answerGraph() {
  const method = option("--method");
  const path = option("--url").replace("https://graph.microsoft.com/v1.0", "");
  const body = option("--body") && JSON.parse(readFileSync(option("--body").slice(1), "utf8"));
  state.requests.push(`${method} ${path}`);
  if (state.lag > 0 && path.startsWith("/applications(")) {
    state.lag -= 1;
    throw new Error("Not Found({error:{code:Request_ResourceNotFound}})");
  }
  const route = routes.find(([verb, pattern]) => verb === method && pattern.test(path));
  if (!route) throw new Error(`the fake does not know ${method} ${path}`);
  const answer = route[2](path, body);
  return answer === undefined ? "" : JSON.stringify(answer);
}

try {
  if (command === "azd") state.environment[args[2]] = args[3];
  else process.stdout.write(args[0] === "rest" ? answerGraph() : "user\n");
} catch (error) {
  process.stderr.write(`ERROR: ${error.message}\n`);
  process.exitCode = 1;
}
writeFileSync(file, JSON.stringify(state));
