// What azd cannot make with Azure resources alone: the app registration in Entra that callers get tokens for.
// azd runs it around `azd up` and after `azd down`; each step may run twice. A registration that AUTH_CLIENT_ID names
// from the beginning is somebody else's: it is used and never changed.
// Usage: node tools/app-registration.mjs ensure|trust|remove
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "./run-command.mjs";

const { AZURE_ENV_NAME, AUTH_CLIENT_ID, AUTH_REGISTRATION_OWNED, AZURE_TENANT_ID } = process.env;
const { API_IDENTITY_PRINCIPAL_ID, SERVICE_API_URI } = process.env;
const GRAPH = "https://graph.microsoft.com/v1.0";
const owned = AUTH_REGISTRATION_OWNED === "true";
/** With these people get their tokens: kubelogin and the Azure CLI. Source: kubelogin, "Known applications". */
const PEOPLES_CLIENTS = [
  "80faf920-1908-4b52-b5ef-a8e7bedfc67a",
  "04b07795-8ddb-461a-bbee-02f9e1bf7b46",
];

/** What people and applications can be assigned. The ids stay: assignments name them. */
const APP_ROLES = JSON.parse(
  readFileSync(new URL("../infra/app-roles.json", import.meta.url), "utf8"),
).map((role) => ({ ...role, isEnabled: true, allowedMemberTypes: ["User", "Application"] }));

const isOurs = (roleId) => APP_ROLES.some(({ id }) => id === roleId);

/** What Graph says of an object that was made a moment ago and is not on all its servers yet. */
const NOT_THERE_YET = /Request_ResourceNotFound|does not reference a valid application object/;
const LONGEST_PAUSE_S = 16;

/** One request to Microsoft Graph as whoever is logged in to the Azure CLI; for half a minute it may not know an object. */
function graph(method, path, body) {
  for (let pause = 1; ; pause *= 2) {
    try {
      return askGraph(method, path, body);
    } catch (error) {
      if (pause > LONGEST_PAUSE_S || !NOT_THERE_YET.test(error.message)) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause * 1000);
    }
  }
}

function askGraph(method, path, body) {
  const args = ["rest", "--method", method, "--url", `${GRAPH}${path}`, "--output", "json"];
  const answer =
    body === undefined
      ? run("az", args)
      : withFile(body, (file) => run("az", [...args, "--body", `@${file}`]));
  return answer === "" ? {} : JSON.parse(answer);
}

/** Quotes in an argument mean something else in each shell: a file has none of that. */
function withFile(body, use) {
  const folder = mkdtempSync(join(tmpdir(), "stagecoach-graph-"));
  try {
    const file = join(folder, "body.json");
    writeFileSync(file, JSON.stringify(body));
    return use(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function remember(name, value) {
  run("azd", ["env", "set", name, value]);
}

function createRegistration() {
  const { appId } = graph("POST", "/applications", {
    displayName: `stagecoach-${AZURE_ENV_NAME}`,
    signInAudience: "AzureADMyOrg",
    api: {
      requestedAccessTokenVersion: 2,
      oauth2PermissionScopes: [
        {
          id: randomUUID(),
          value: "user_impersonation",
          type: "User",
          isEnabled: true,
          adminConsentDisplayName: "Use the Stagecoach API",
          adminConsentDescription: "Use the Stagecoach API as the signed-in user.",
          userConsentDisplayName: "Use the Stagecoach API",
          userConsentDescription: "Use the Stagecoach API as you.",
        },
      ],
    },
  });
  // From here on azd knows what to complete and to take away again, whatever fails next.
  remember("AUTH_REGISTRATION_OWNED", "true");
  remember("AUTH_CLIENT_ID", appId);
  process.stdout.write(`Made the app registration stagecoach-${AZURE_ENV_NAME} (${appId}).\n`);
  return appId;
}

/** Lets people's clients ask for tokens, and only those have them who are assigned, first of all whoever runs this. */
function completeRegistration(appId) {
  const registration = `/applications(appId='${appId}')`;
  const { api, appRoles = [] } = graph("GET", registration);
  const [scope] = api.oauth2PermissionScopes;
  graph("PATCH", registration, {
    identifierUris: [`api://${appId}`],
    appRoles: [...appRoles.filter(({ id }) => !isOurs(id)), ...APP_ROLES],
    // Only those that are assigned to the application: a token has room for two hundred.
    groupMembershipClaims: "ApplicationGroup",
    api: {
      preAuthorizedApplications: PEOPLES_CLIENTS.map((client) => ({
        appId: client,
        delegatedPermissionIds: [scope.id],
      })),
    },
  });
  const [existing] = graph("GET", `/servicePrincipals?$filter=appId eq '${appId}'`).value;
  const principal = existing ?? graph("POST", "/servicePrincipals", { appId });
  graph("PATCH", `/servicePrincipals/${principal.id}`, { appRoleAssignmentRequired: true });
  assignMyself(principal.id);
}

/** Whoever makes the fleet administers it. A pipeline cannot be looked up as "me": it is assigned by hand. */
function assignMyself(resourceId) {
  if (run("az", ["account", "show", "--query", "user.type", "--output", "tsv"]) !== "user") return;
  const { id: principalId } = graph("GET", "/me");
  const assigned = graph("GET", `/servicePrincipals/${resourceId}/appRoleAssignedTo`).value;
  const mine = assigned.filter((assignment) => assignment.principalId === principalId);
  if (mine.some(({ appRoleId }) => isOurs(appRoleId))) return;
  const admin = APP_ROLES.find(({ value }) => value === "Fleet.Admin");
  graph("POST", `/servicePrincipals/${resourceId}/appRoleAssignedTo`, {
    principalId,
    resourceId,
    appRoleId: admin.id,
  });
}

function ensure() {
  if (AUTH_CLIENT_ID && !owned) return;
  completeRegistration(AUTH_CLIENT_ID || createRegistration());
}

/** The identity of the app signs in to the registration, so that no secret is needed. */
function trust() {
  if (!owned) {
    const what = `issuer https://login.microsoftonline.com/${AZURE_TENANT_ID}/v2.0, subject ${API_IDENTITY_PRINCIPAL_ID}, audience api://AzureADTokenExchange`;
    process.stdout.write(`For logins in a browser, ${AUTH_CLIENT_ID} has to trust: ${what}\n`);
    return;
  }
  const registration = `/applications(appId='${AUTH_CLIENT_ID}')`;
  graph("PATCH", registration, {
    web: { redirectUris: [`${SERVICE_API_URI}/.auth/login/aad/callback`] },
  });
  const credential = {
    issuer: `https://login.microsoftonline.com/${AZURE_TENANT_ID}/v2.0`,
    subject: API_IDENTITY_PRINCIPAL_ID,
    audiences: ["api://AzureADTokenExchange"],
  };
  const existing = graph("GET", `${registration}/federatedIdentityCredentials`).value;
  const before = existing.find(({ name }) => name === "app-identity");
  const path = `${registration}/federatedIdentityCredentials`;
  if (before) graph("PATCH", `${path}/${before.id}`, credential);
  else graph("POST", path, { name: "app-identity", ...credential });
}

/** For good: a deleted registration would stay restorable for 30 days. */
function remove() {
  if (!owned || !AUTH_CLIENT_ID) return;
  const filter = `$filter=appId eq '${AUTH_CLIENT_ID}'`;
  for (const { id } of graph("GET", `/applications?${filter}`).value) {
    graph("DELETE", `/applications/${id}`);
  }
  const deleted = "/directory/deletedItems";
  for (const { id } of graph("GET", `${deleted}/microsoft.graph.application?${filter}`).value) {
    graph("DELETE", `${deleted}/${id}`);
  }
  remember("AUTH_CLIENT_ID", "");
  remember("AUTH_REGISTRATION_OWNED", "");
}

const steps = { ensure, trust, remove };
const step = steps[process.argv[2]];
if (!step) {
  process.stderr.write("usage: node tools/app-registration.mjs ensure|trust|remove\n");
  process.exit(2);
}
try {
  step();
} catch (error) {
  process.stderr.write(`app registration: ${error.message}\n`);
  process.exit(1);
}
