import { describe, expect, it } from "vitest";
import { fleetAuthorizer } from "../../src/access/fleet-authorizer.js";
import { FleetRole } from "../../src/access/fleet-role.js";

const authorize = fleetAuthorizer([]);
const caller = (roles: readonly string[]) => ({
  username: "ada",
  uid: "1",
  groups: ["system:authenticated"],
  extra: { "stagecoach.dev/roles": roles },
});

describe("a path outside the API groups", () => {
  it.each([
    { path: "/audit", verb: "get", roles: ["Fleet.Admin"] },
    { path: "/metrics", verb: "get", roles: ["Fleet.Admin"] },
    { path: "/apis", verb: "post", roles: ["Fleet.Admin"] },
    { path: "/apis/apps/v1", verb: "get", roles: FleetRole.options },
    { path: "/openapi/v3", verb: "get", roles: FleetRole.options },
    { path: "/healthz", verb: "get", roles: FleetRole.options },
  ])("$path is open ($verb) to $roles", ({ path, verb, roles }) => {
    const able = FleetRole.options.filter(
      (role) => authorize(caller([role]), { path, verb }).allowed,
    );
    expect(able).toEqual(roles);
  });

  it("is refused with the role that it takes", () => {
    expect(authorize(caller(["Fleet.Reader"]), { path: "/audit", verb: "get" })).toEqual({
      allowed: false,
      reason: "it takes the role Fleet.Admin",
    });
  });
});

describe("roles", () => {
  it.each([
    { roles: ["Fleet.Operator"], verb: "get", resource: "*", allowed: true },
    { roles: ["Fleet.Reader"], verb: "get", resource: "*", allowed: false },
    { roles: ["Fleet.Operator", "Fleet.Approver"], verb: "*", resource: "*", allowed: false },
    { roles: ["Fleet.Admin"], verb: "*", resource: "*", allowed: true },
    { roles: ["Fleet.Owner", "fleet.admin"], verb: "get", resource: "pods", allowed: false },
    { roles: ["Fleet.Operator"], verb: "impersonate", resource: "users", allowed: false },
    {
      roles: ["Fleet.Reader", "Fleet.Operator"],
      verb: "create",
      resource: "secrets",
      allowed: true,
    },
  ])("$roles: $verb $resource is $allowed", ({ roles, verb, resource, allowed }) => {
    const attributes = { verb, group: resource === "*" ? "*" : "", resource };
    expect(authorize(caller(roles), attributes).allowed).toBe(allowed);
  });

  it("of a token are nothing to people of Kubernetes' own group, who may do everything", () => {
    const developer = { username: "developer", groups: ["system:masters"] };
    expect(authorize(developer, { verb: "*", group: "*", resource: "*" })).toEqual({
      allowed: true,
    });
  });
});
