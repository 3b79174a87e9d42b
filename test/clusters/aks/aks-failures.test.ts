import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { MemberClusters } from "../../../src/clusters/member-connection.js";
import { azureError, throttled } from "../../support/azure/azure-answers.js";
import { certificateAuthority } from "../../support/azure/certificates.js";
import { AKS_AUDIENCE, makeToken } from "../../support/azure/identity-endpoint.js";
import { type AzureStandIn, startAzure } from "../../support/azure/stand-in.js";
import {
  ask,
  FleetAtAzure,
  GROUP,
  idOf,
  startTrustedAzure,
  storedRows,
  useIdentityOf,
} from "./fleet-at-azure.js";

let azure: AzureStandIn;
let fleet: FleetAtAzure;
let members: MemberClusters;

beforeAll(async () => {
  azure = await startTrustedAzure();
});
afterAll(async () => {
  await azure.stop();
  vi.unstubAllEnvs();
});

beforeEach(async () => {
  fleet = await FleetAtAzure.start(azure);
  members = fleet.newProcess(await storedRows());
  return fleet.server.stop;
});

describe("an AKS cluster that cannot be reached", () => {
  const denied = (status: number, message: string) => ({
    status,
    body: { kind: "Status", status: "Failure", message, reason: "Forbidden", code: status },
  });

  it.each([
    {
      when: "it is stopped",
      cluster: { stopped: true },
      reason: "ClusterStopped",
      says: "is stopped; start it: az aks start --resource-group prod --name west-",
    },
    {
      when: "it is not integrated with Entra",
      cluster: { aadProfile: undefined },
      reason: "NotEntraIntegrated",
      says: "az aks update --enable-aad",
    },
    {
      when: "the identity may not read it",
      cluster: { denied: ["read"] },
      reason: "AzureRoleMissing",
      says: `"Azure Kubernetes Service Cluster User Role" on ${GROUP}`,
    },
    {
      when: "the identity gets no credentials",
      cluster: { denied: ["listClusterUserCredential/action"] },
      reason: "AzureRoleMissing",
      says: "Microsoft.ContainerService/managedClusters/listClusterUserCredential/action",
    },
    {
      when: "its certificate is another's",
      cluster: { ca: certificateAuthority("other").cert },
      reason: "CertificateNotTrusted",
      says: "its certificate is not of the CA that Azure Resource Manager gave at ",
    },
    {
      when: "its private name is not resolved",
      cluster: {
        server: "https://west.privatelink.westeurope.invalid:443",
        privateFqdn: "west.privatelink.westeurope.invalid",
      },
      reason: "PrivateNameNotResolved",
      says: "link the private DNS zone of west.privatelink.westeurope.invalid",
    },
    {
      when: "nobody listens",
      cluster: { server: "https://127.0.0.1:1" },
      reason: "Unreachable",
      says: "ECONNREFUSED",
    },
  ] as const)("says $reason when $when", async ({ cluster, reason, says }) => {
    const member = fleet.join(cluster);
    await expect(ask(members, member)).rejects.toMatchObject({
      name: "MemberUnreachable",
      reason,
      message: expect.stringContaining(says),
    });
  });

  it("says ClusterDeleted when Azure knows it no more", async () => {
    const member = fleet.join();
    azure.clusters.delete(idOf(member));
    await expect(ask(members, member)).rejects.toMatchObject({
      reason: "ClusterDeleted",
      message: expect.stringContaining("delete the MemberCluster, or correct spec.aks.resourceId"),
    });
  });

  it.each([
    {
      what: "is busy",
      answer: azureError(409, "Conflict", "Another operation is in progress"),
      reason: "Unreachable",
      says: "answers 409: Another operation is in progress",
    },
    {
      what: "wants no token of ours",
      answer: azureError(401, "InvalidAuthenticationToken", "The token is of another tenant"),
      reason: "Unauthorized",
      says: "another tenant; the cluster's subscription has to be in the identity's tenant",
    },
    {
      what: "fails",
      answer: azureError(500, "InternalServerError", "Try again"),
      reason: "Unreachable",
      says: "answers 500: Try again",
    },
    {
      what: "answers in HTML",
      answer: { status: 200, body: "<html></html>" },
      reason: "Unreachable",
      says: "gives no answer that makes sense",
    },
    {
      what: "answers with an empty object",
      answer: { status: 200, body: {} },
      reason: "Unreachable",
      says: "gives no answer that makes sense",
    },
    {
      what: "hangs up",
      answer: "reset",
      reason: "Unreachable",
      says: "gives no answer that makes sense",
    },
  ] as const)(
    "says what Azure Resource Manager says when it $what",
    async ({ answer, reason, says }) => {
      const member = fleet.join();
      azure.disturb(`/${member.metadata.name}`, answer);
      await expect(ask(members, member)).rejects.toMatchObject({
        reason,
        message: expect.stringContaining(says),
      });
      expect(await ask(members, member)).toMatchObject({ status: 200 });
    },
  );

  it("keeps everybody from asking while Azure Resource Manager wants a pause", async () => {
    const [first, second] = [fleet.join(), fleet.join()];
    azure.disturb(`/${first.metadata.name}`, throttled(40));
    await expect(ask(members, first)).rejects.toMatchObject({
      reason: "Throttled",
      retryAfterSeconds: 40,
    });
    await expect(ask(members, second)).rejects.toMatchObject({
      reason: "WaitingForTurn",
      message: expect.stringMatching(/waiting for its turn at Azure Resource Manager, about 4\d s/),
    });
    expect(fleet.asked(second)).toEqual([]);
    fleet.clock += 50_000;
    expect(await ask(members, second)).toMatchObject({ status: 200 });
  });

  it("says that it is stopped when that has happened since", async () => {
    const member = fleet.join();
    await ask(members, member);
    await fleet.server.stop();
    fleet.change(member, { stopped: true });
    await expect(ask(members, member)).rejects.toMatchObject({ reason: "ClusterStopped" });
  });

  it("says Unauthorized when the API server takes no token of the identity", async () => {
    const member = fleet.join();
    fleet.server.answer = denied(401, "Unauthorized");
    await expect(ask(members, member)).rejects.toMatchObject({
      reason: "Unauthorized",
      message: `${member.metadata.name}: Unauthorized; the API server does not take the token of the app's identity: cluster and identity have to be in the same tenant`,
    });
  });

  it.each([
    { enableAzureRBAC: true, says: 'the role "Azure Kubernetes Service RBAC Cluster Admin"' },
    { enableAzureRBAC: false, says: "by a ClusterRoleBinding to a ClusterRole with this right" },
  ])(
    "says who can grant a right that is missing in it: $enableAzureRBAC",
    async ({ enableAzureRBAC, says }) => {
      const member = fleet.join({ aadProfile: { managed: true, enableAzureRBAC } });
      const words = 'namespaces is forbidden: User "x" cannot list resource "namespaces"';
      fleet.server.answer = denied(403, words);
      const { body } = await ask(members, member);
      expect(body).toMatchObject({ message: expect.stringContaining(`${words}; `) });
      expect(body).toMatchObject({ message: expect.stringContaining(says) });
      expect(body).toMatchObject({ message: expect.stringContaining(azure.identity.objectId) });
    },
  );

  it.each([
    {
      what: "is not there",
      fault: { status: 400, body: { statusCode: 400, message: "No User Assigned Identity found" } },
    },
    {
      what: "answers nonsense",
      fault: {
        status: 200,
        body: { token_type: "Bearer", access_token: makeToken(AKS_AUDIENCE, "x") },
      },
    },
  ])("says IdentityUnavailable, and no secret, when the identity $what", async ({ fault }) => {
    const other = await startAzure();
    useIdentityOf(other);
    other.identity.fault = fault;
    try {
      const lost = fleet.newProcess(await storedRows(), other.identity.clientId);
      const failure: unknown = await ask(lost, fleet.join()).catch((error: unknown) => error);
      expect(failure).toMatchObject({
        reason: "IdentityUnavailable",
        message: expect.stringContaining("AZURE_CLIENT_ID"),
      });
      expect(String(failure)).not.toContain("eyJ");
    } finally {
      useIdentityOf(azure);
      await other.stop();
    }
  });

  it("never asks for an administrator's credentials", () => {
    expect(azure.requests.length).toBeGreaterThan(20);
    expect(azure.requests.filter((line) => /admincredential/i.test(line))).toEqual([]);
  });
});
