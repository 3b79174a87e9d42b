import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { FleetRole } from "../../src/access/fleet-role.js";

const AppRoles = z.array(
  z.object({
    appRoles: z.array(
      z.looseObject({ id: z.string(), value: z.string(), allowedMemberTypes: z.array(z.string()) }),
    ),
  }),
);
const Entries = z.array(z.looseObject({}));
const State = z.object({
  environment: z.record(z.string(), z.string()),
  applications: Entries,
  principals: Entries,
  assignments: Entries,
  credentials: Entries,
  deleted: Entries,
  requests: z.array(z.string()),
  /** How many requests do not find an application that was just made. */
  lag: z.number(),
});
type State = z.infer<typeof State>;

const NOTHING: State = {
  environment: {},
  applications: [],
  principals: [],
  assignments: [],
  credentials: [],
  deleted: [],
  requests: [],
  lag: 0,
};

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stagecoach-registration-"));
  const fake = resolve("test/support/fake-azure-cli.mjs");
  for (const name of ["az", "azd"]) {
    const script = join(folder, name);
    writeFileSync(script, `#!/bin/sh\nexec "${process.execPath}" "${fake}" ${name} "$@"\n`);
    chmodSync(script, 0o755);
  }
  writeFileSync(join(folder, "state.json"), JSON.stringify(NOTHING));
});
afterEach(() => rmSync(folder, { recursive: true }));

function state(): State {
  return State.parse(JSON.parse(readFileSync(join(folder, "state.json"), "utf8")));
}

/** One step, in the environment that azd would give it: what it has remembered, and what Bicep has put out. */
function step(name: string, environment: Record<string, string> = {}) {
  const result = spawnSync(process.execPath, ["tools/app-registration.mjs", name], {
    encoding: "utf8",
    env: {
      PATH: [folder, process.env.PATH].join(delimiter),
      FAKE_AZURE_STATE: join(folder, "state.json"),
      AZURE_ENV_NAME: "test",
      AZURE_TENANT_ID: "tenant",
      API_IDENTITY_PRINCIPAL_ID: "identity",
      SERVICE_API_URI: "https://app.example",
      ...state().environment,
      ...environment,
    },
  });
  expect(result).toMatchObject({ status: 0, stderr: "" });
  return result.stdout;
}

describe("tools/app-registration.mjs", () => {
  it("makes a registration that only its maker gets tokens for", () => {
    step("ensure");
    expect(state()).toMatchObject({
      environment: { AUTH_CLIENT_ID: "app-1", AUTH_REGISTRATION_OWNED: "true" },
      applications: [{ displayName: "stagecoach-test", identifierUris: ["api://app-1"] }],
      principals: [{ appId: "app-1", appRoleAssignmentRequired: true }],
      assignments: [{ principalId: "me" }],
    });
  });

  it("gives it the roles that the app asks for, and its maker the greatest", () => {
    step("ensure");
    const { applications, assignments } = state();
    const [{ appRoles } = { appRoles: [] }] = AppRoles.parse(applications);
    expect(appRoles.map(({ value }) => value)).toEqual(FleetRole.options);
    expect(new Set(appRoles.map(({ id }) => id)).size).toBe(FleetRole.options.length);
    for (const { allowedMemberTypes } of appRoles) {
      expect(allowedMemberTypes).toEqual(["User", "Application"]);
    }
    const admin = appRoles.find(({ value }) => value === "Fleet.Admin");
    expect(assignments).toMatchObject([{ principalId: "me", appRoleId: admin?.id }]);
  });

  it("keeps roles that somebody has added to it", () => {
    step("ensure");
    const [application] = state().applications;
    const [{ appRoles } = { appRoles: [] }] = AppRoles.parse(state().applications);
    const further = { id: "further", value: "Further", allowedMemberTypes: ["User"] };
    const applications = [{ ...application, appRoles: [...appRoles, further] }];
    writeFileSync(join(folder, "state.json"), JSON.stringify({ ...state(), applications }));
    step("ensure");
    const [after] = AppRoles.parse(state().applications);
    expect(after?.appRoles.map(({ value }) => value)).toEqual(["Further", ...FleetRole.options]);
  });

  it("makes nothing twice", () => {
    for (const name of ["ensure", "ensure", "trust", "trust"]) step(name);
    const { applications, principals, assignments, credentials } = state();
    const counts = [applications, principals, assignments, credentials].map((list) => list.length);
    expect(counts).toEqual([1, 1, 1, 1]);
  });

  it("completes a registration that an earlier try has only begun", () => {
    step("ensure");
    const begun = { ...state(), principals: [], assignments: [] };
    writeFileSync(join(folder, "state.json"), JSON.stringify(begun));
    step("ensure");
    expect(state()).toMatchObject({
      principals: [{ appRoleAssignmentRequired: true }],
      assignments: [{ principalId: "me" }],
    });
  });

  it("waits until Graph knows what it has made", () => {
    writeFileSync(join(folder, "state.json"), JSON.stringify({ ...NOTHING, lag: 1 }));
    step("ensure");
    expect(state()).toMatchObject({ lag: 0, applications: [{ appId: "app-1" }], principals: [{}] });
  });

  it("lets the identity of the app sign in, without a secret", () => {
    step("ensure");
    step("trust");
    const { credentials, applications } = state();
    expect(credentials).toMatchObject([
      {
        issuer: "https://login.microsoftonline.com/tenant/v2.0",
        subject: "identity",
        audiences: ["api://AzureADTokenExchange"],
      },
    ]);
    expect(JSON.stringify(applications)).not.toContain("passwordCredentials");
  });

  it("leaves nothing behind", () => {
    for (const name of ["ensure", "trust", "remove"]) step(name);
    expect(state()).toMatchObject({
      environment: { AUTH_CLIENT_ID: "" },
      applications: [],
      deleted: [],
    });
  });

  it("never touches a registration of somebody else, and says what it has to trust", () => {
    const theirs = { AUTH_CLIENT_ID: "theirs" };
    step("ensure", theirs);
    expect(step("trust", theirs)).toContain("subject identity");
    step("remove", theirs);
    expect(state()).toEqual(NOTHING);
  });
});
