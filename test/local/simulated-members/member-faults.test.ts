import { describe, expect, it } from "vitest";
import {
  parseFaults,
  passesWhileDown,
  refusal,
  requestedResource,
} from "../../../local/simulated-members/member-faults.js";

describe("parseFaults", () => {
  it("reads every fault of one annotation", () => {
    expect(parseFaults("down, slow=250,refuse=Deployment,refuse=Secret,never-available")).toEqual({
      faults: {
        down: true,
        slowMs: 250,
        refuse: ["Deployment", "Secret"],
        neverAvailable: true,
      },
      unknown: [],
    });
  });

  it("tells the words it does not know", () => {
    expect(parseFaults("slow=soon,dwon").unknown).toEqual(["slow=soon", "dwon"]);
  });

  it("asks for nothing when it is empty", () => {
    expect(parseFaults("")).toEqual({
      faults: { down: false, slowMs: undefined, refuse: [], neverAvailable: false },
      unknown: [],
    });
  });
});

describe("requestedResource", () => {
  it.each([
    {
      behaviour: "reads a namespaced object of a group",
      path: "/apis/apps/v1/namespaces/web/deployments/site",
      is: { group: "apps", resource: "deployments", namespace: "web", name: "site" },
    },
    {
      behaviour: "reads a core collection",
      path: "/api/v1/namespaces/web/configmaps",
      is: { group: "", resource: "configmaps", namespace: "web", name: undefined },
    },
    {
      behaviour: "reads a namespace itself",
      path: "/api/v1/namespaces/web",
      is: { group: "", resource: "namespaces", namespace: undefined, name: "web" },
    },
    {
      behaviour: "reads a cluster-scoped object",
      path: "/apis/rbac.authorization.k8s.io/v1/clusterroles/a",
      is: {
        group: "rbac.authorization.k8s.io",
        resource: "clusterroles",
        namespace: undefined,
        name: "a",
      },
    },
    { behaviour: "knows discovery for what it is", path: "/apis/apps/v1", is: undefined },
    { behaviour: "knows other paths for what they are", path: "/version", is: undefined },
  ])("$behaviour", ({ path, is }) => {
    expect(requestedResource(path)).toEqual(is);
  });
});

describe("passesWhileDown", () => {
  it.each([
    {
      behaviour: "lets kube-system be annotated",
      path: "/api/v1/namespaces/kube-system",
      passes: true,
    },
    { behaviour: "lets kubectl discover", path: "/apis", passes: true },
    { behaviour: "cuts everything else", path: "/api/v1/namespaces/web", passes: false },
    { behaviour: "cuts the health check", path: "/readyz", passes: false },
  ])("$behaviour", ({ path, passes }) => {
    expect(passesWhileDown(path)).toBe(passes);
  });
});

describe("refusal", () => {
  const kindOf = (_group: string, resource: string) =>
    resource === "deployments" ? "Deployment" : undefined;
  const path = "/apis/apps/v1/namespaces/web/deployments/site";

  it("forbids writing the kind, with a Status that names the object", () => {
    expect(refusal("PATCH", path, kindOf, { refuse: ["Deployment"] })?.toStatus()).toMatchObject({
      code: 403,
      reason: "Forbidden",
      message: expect.stringContaining('deployments.apps "site" is forbidden'),
    });
  });

  it.each([
    { behaviour: "lets the kind be read", method: "GET", refuse: ["Deployment"] },
    { behaviour: "lets other kinds be written", method: "PATCH", refuse: ["Secret"] },
    { behaviour: "lets everything be written without the fault", method: "PATCH", refuse: [] },
  ])("$behaviour", ({ method, refuse }) => {
    expect(refusal(method, path, kindOf, { refuse })).toBeUndefined();
  });
});
