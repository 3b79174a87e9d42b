import { afterEach, describe, expect, it } from "vitest";
import { chooseDoor } from "../../src/access/fleet-caller.js";
import { parseConfig } from "../../src/config.js";
import { clientPrincipal } from "../support/client-principal.js";
import { type GuardedApi, openGuardedApi } from "../support/guarded-api.js";

const EMULATOR = "UseDevelopmentStorage=true";
const ACCOUNT = "AccountName=fleet;AccountKey=a2V5";

describe("the door", () => {
  it.each([
    { at: "the emulator", environment: {}, storage: EMULATOR, door: "Development" },
    {
      at: "the emulator, by its account",
      environment: {},
      storage: "AccountName=devstoreaccount1;AccountKey=a2V5",
      door: "Development",
    },
    { at: "an account, outside Azure", environment: {}, storage: ACCOUNT, door: "Closed" },
    {
      at: "App Service without authentication",
      environment: { WEBSITE_SITE_NAME: "app" },
      storage: ACCOUNT,
      door: "Closed",
    },
    {
      at: "App Service without authentication, over an emulator",
      environment: { WEBSITE_INSTANCE_ID: "0" },
      storage: EMULATOR,
      door: "Closed",
    },
    {
      at: "App Service whose authentication is off",
      environment: { WEBSITE_SITE_NAME: "app", WEBSITE_AUTH_ENABLED: "False" },
      storage: ACCOUNT,
      door: "Closed",
    },
    {
      at: "App Service with authentication",
      environment: { WEBSITE_SITE_NAME: "app", WEBSITE_AUTH_ENABLED: "True" },
      storage: ACCOUNT,
      door: "Platform",
    },
  ])("is $door at $at", ({ environment, storage, door }) => {
    const config = parseConfig({ ...environment, AzureWebJobsStorage: storage });
    expect(chooseDoor(config.surroundings).kind).toBe(door);
  });
});

const ADMIN = clientPrincipal([
  { typ: "oid", val: "root" },
  { typ: "roles", val: "Fleet.Admin" },
]);
const WHOAMI = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
const PROBES = ["/healthz", "/livez", "/readyz"];

let api: GuardedApi | undefined;
afterEach(() => api?.close());

describe("a request", () => {
  it("is refused at a closed door, whatever principal its headers claim", async () => {
    const why = "switch on App Service authentication";
    api = openGuardedApi({ door: { kind: "Closed", why } });
    for (const path of ["/api", "/version", "/api/v1/configmaps", "/nowhere", "/%"]) {
      const answer = await api.send("GET", path, { "x-ms-client-principal": ADMIN });
      expect(answer).toMatchObject({
        status: 401,
        body: { kind: "Status", reason: "Unauthorized", code: 401 },
        message: `Unauthorized: ${why}`,
      });
    }
  });

  it.each([
    { of: "none", headers: {}, problem: "unauthenticatedClientAction" },
    { of: "an empty one", headers: { "x-ms-client-principal": "" }, problem: "names no caller" },
    { of: "a broken one", headers: { "x-ms-client-principal": "e30=" }, problem: "Base64" },
    { of: "only a name", headers: { "x-ms-client-principal-name": "ada" }, problem: "no caller" },
  ])("behind the platform with $of for a principal is refused", async ({ headers, problem }) => {
    api = openGuardedApi();
    const answer = await api.send("GET", "/api/v1/configmaps", headers);
    expect(answer).toMatchObject({ status: 401, message: expect.stringContaining(problem) });
  });

  it("that probes the health of the app needs no name", async () => {
    api = openGuardedApi();
    for (const path of PROBES) expect((await api.send("GET", path, {})).status).toBe(200);
    expect((await api.send("POST", "/healthz", {})).status).toBe(401);
  });

  it("is the developer's where nothing is at stake, whatever principal its headers claim", async () => {
    api = openGuardedApi({ door: { kind: "Development" } });
    const headers = { "x-ms-client-principal": ADMIN, "x-ms-client-principal-name": "root" };
    const answer = await api.send("POST", WHOAMI, headers, {});
    expect(answer.body.status).toEqual({
      userInfo: { username: "developer", groups: ["system:masters", "system:authenticated"] },
    });
  });

  it("is made by whom the platform says, with groups and roles", async () => {
    api = openGuardedApi();
    const ada = { oid: "1", name: "ada@example.com", roles: ["Fleet.Reader"], groups: ["g1"] };
    expect((await api.as(ada)("POST", WHOAMI, {})).body.status).toEqual({
      userInfo: {
        username: "ada@example.com",
        uid: "1",
        groups: ["g1", "system:authenticated"],
        extra: { "stagecoach.dev/roles": ["Fleet.Reader"] },
      },
    });
  });

  it("cannot be made in the name of somebody else", async () => {
    api = openGuardedApi();
    const headers = { "x-ms-client-principal": ADMIN, "impersonate-user": "ada" };
    const answer = await api.send("GET", "/api/v1/configmaps", headers);
    expect(answer).toMatchObject({
      status: 403,
      message:
        'users "ada" is forbidden: User "root" cannot impersonate resource "users" in API group "" at the cluster scope',
    });
  });
});
