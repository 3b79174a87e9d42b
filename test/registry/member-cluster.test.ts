import { describe, expect, it } from "vitest";
import { cells, created, kindOf, refusals } from "./support/written.js";

const kind = kindOf("MemberCluster");

const AKS =
  "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/prod/providers/Microsoft.ContainerService/managedClusters/west-1";

describe("a MemberCluster", () => {
  it("is reached through a kubeconfig context", () => {
    expect(refusals(kind, { spec: { kubeconfig: { context: "member1" } } })).toEqual([]);
  });

  it.each([AKS, AKS.toLowerCase(), AKS.replace("prod", "rg.(1)_x")])(
    "is reached through Azure Resource Manager: %s",
    (resourceId) => {
      const aks = { resourceId, allowLocalAccounts: true };
      expect(refusals(kind, { spec: { aks } })).toEqual([]);
    },
  );

  it("may carry what a KubeFleet manifest has", () => {
    const spec = {
      kubeconfig: { context: "member1" },
      identity: { kind: "User", name: "fleet", apiGroup: "rbac.authorization.k8s.io" },
      taints: [{ key: "k", value: "v", effect: "NoSchedule" }],
    };
    expect(refusals(kind, { spec })).toEqual([]);
    expect(created(kind, { spec }).spec).toEqual({ ...spec, heartbeatPeriodSeconds: 60 });
  });

  it.each([
    {
      behaviour: "has to say how it is reached",
      parts: { spec: {} },
      refused:
        "spec.kubeconfig: Required value: say how the cluster is reached, with one of: kubeconfig, aks",
    },
    {
      behaviour: "has to name the context",
      parts: { spec: { kubeconfig: {} } },
      refused: "spec.kubeconfig.context: Required value",
    },
    {
      behaviour: "cannot have an empty context",
      parts: { spec: { kubeconfig: { context: "" } } },
      refused:
        'spec.kubeconfig.context: Invalid value: "": spec.kubeconfig.context in body should be at least 1 chars long',
    },
    {
      behaviour: "cannot be reached in two ways",
      parts: { spec: { kubeconfig: { context: "m" }, aks: { resourceId: AKS } } },
      refused: "spec.aks: Forbidden: the cluster is already reached through kubeconfig",
    },
    ...[
      "prod-1",
      AKS.replace("managedClusters", "agents"),
      AKS.replace("11111111", "1"),
      `${AKS}/agentPools/p`,
      AKS.replace("prod", ""),
    ].map((resourceId) => ({
      behaviour: `is told what the id of an AKS cluster looks like: ${resourceId}`,
      parts: { spec: { aks: { resourceId } } },
      refused: `spec.aks.resourceId: Invalid value: "${resourceId}": not the id of an AKS cluster, which looks like /subscriptions/SUBSCRIPTION/resourceGroups/GROUP/providers/Microsoft.ContainerService/managedClusters/NAME`,
    })),
    {
      behaviour: "cannot report less often than every ten minutes",
      parts: { spec: { kubeconfig: { context: "m" }, heartbeatPeriodSeconds: 601 } },
      refused:
        "spec.heartbeatPeriodSeconds: Invalid value: 601: spec.heartbeatPeriodSeconds in body should be less than or equal to 600",
    },
    {
      behaviour: "has a name that fits into a label",
      parts: { metadata: { name: "m".repeat(64) }, spec: { kubeconfig: { context: "m" } } },
      refused: "metadata.name: Invalid value: metadata.name max length is 63",
    },
  ])("$behaviour", ({ parts, refused }) => {
    expect(refusals(kind, parts)).toEqual([refused]);
  });

  it("has the finalizer that keeps it until no placement picks it", () => {
    const member = created(kind, { spec: { kubeconfig: { context: "member1" } } });
    expect(member.metadata.finalizers).toEqual(["kubernetes-fleet.io/membercluster-finalizer"]);
  });

  it("prints blanks where no agent reports", () => {
    const member = created(kind, { spec: { kubeconfig: { context: "member1" } } });
    expect(cells(kind, member)).toEqual([null, "<unknown>", null, null, null, null]);
  });
});
