import { describe, expect, it } from "vitest";
import { parseConfig } from "../../src/config.js";

describe("parseConfig", () => {
  it("takes a connection string, as local development gives it", () => {
    expect(parseConfig({ AzureWebJobsStorage: "UseDevelopmentStorage=true" })).toEqual({
      storage: {
        kind: "connectionString",
        connectionString: "UseDevelopmentStorage=true",
        prefix: "stagecoach",
      },
      memberKubeconfig: undefined,
      azure: { clientId: undefined, resourceManagerEndpoint: "https://management.azure.com" },
      fleet: undefined,
      surroundings: { onAppService: false, authenticated: false, emulatedStorage: true },
      accessSetting: "[]",
      fourEyes: "Off",
      defaultRunState: "Run",
      soakCheckMs: 60_000,
      driftCheckMs: 300_000,
      auditRetentionDays: 90,
    });
  });

  it("prefers endpoints and the app's identity, as Azure gives them", () => {
    const { storage } = parseConfig({
      AzureWebJobsStorage__tableServiceUri: "https://a.table.core.windows.net",
      AzureWebJobsStorage__blobServiceUri: "https://a.blob.core.windows.net",
      AzureWebJobsStorage__clientId: "id",
    });
    expect(storage).toEqual({
      kind: "identity",
      tableEndpoint: "https://a.table.core.windows.net",
      blobEndpoint: "https://a.blob.core.windows.net",
      clientId: "id",
      prefix: "stagecoach",
    });
  });

  it.each([
    {
      behaviour: "names the settings that are missing",
      environment: {},
      message: "AzureWebJobsStorage",
    },
    {
      behaviour: "names a state that does not exist",
      environment: { AzureWebJobsStorage: "x", DEFAULT_RUN_STATE: "Go" },
      message: "DEFAULT_RUN_STATE",
    },
    {
      behaviour: "names a pause between looks that is none",
      environment: { AzureWebJobsStorage: "x", SOAK_CHECK_SECONDS: "0" },
      message: "SOAK_CHECK_SECONDS",
    },
    {
      behaviour: "names a retention of audit events that keeps none",
      environment: { AzureWebJobsStorage: "x", AUDIT_RETENTION_DAYS: "0" },
      message: "AUDIT_RETENTION_DAYS",
    },
    {
      behaviour: "names an endpoint that is no URL",
      environment: { AzureWebJobsStorage__tableServiceUri: "a" },
      message: "AzureWebJobsStorage__tableServiceUri",
    },
  ])("$behaviour", ({ environment, message }) => {
    expect(() => parseConfig(environment)).toThrow(message);
  });
});
