import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { armFailure } from "../../../src/clusters/aks/arm-failure.js";
import { resourceManager } from "../../../src/clusters/aks/resource-manager.js";
import { azureCredential } from "../../../src/clusters/azure-credential.js";
import type { AzureStandIn } from "../../support/azure/stand-in.js";
import { startTrustedAzure } from "./fleet-at-azure.js";

const TIMEOUT_MS = 500;
const ID = {
  subscription: "11111111-2222-3333-4444-555555555555",
  resourceGroup: "prod",
  name: "slow",
};

let azure: AzureStandIn;

beforeAll(async () => {
  azure = await startTrustedAzure();
});
afterAll(async () => {
  await azure.stop();
  vi.unstubAllEnvs();
});

it("gives up an answer of Azure Resource Manager that does not come, and says so", async () => {
  azure.disturb("/slow", "silence");
  const credential = azureCredential(azure.identity.clientId);
  const arm = resourceManager(credential, azure.url, TIMEOUT_MS);
  const failure: unknown = await arm.describe(ID).catch((error: unknown) => error);
  expect(armFailure(failure, ID, "/scope")).toEqual({
    reason: "Timeout",
    sentence: "Azure Resource Manager does not answer in time",
  });
});
