import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { appSettingNames, parseConfig } from "../../src/config.js";

const Sample = z.object({ Values: z.record(z.string(), z.string()) });
const { Values } = Sample.parse(JSON.parse(readFileSync("local.settings.sample.json", "utf8")));

/** Read by the Functions host and not by the app. */
const HOST_SETTING = "FUNCTIONS_WORKER_RUNTIME";

describe("local.settings.sample.json", () => {
  it("has every setting but those of the identity in Azure, and no other", () => {
    const local = appSettingNames.filter((name) => !name.startsWith("AzureWebJobsStorage__"));
    expect(Object.keys(Values).sort()).toEqual([HOST_SETTING, ...local].sort());
  });

  it("shows the defaults", () => {
    const { AzureWebJobsStorage, MEMBER_KUBECONFIG } = Values;
    expect(parseConfig(Values)).toEqual(parseConfig({ AzureWebJobsStorage, MEMBER_KUBECONFIG }));
  });
});

describe("docs/azure.md", () => {
  const page = readFileSync("docs/azure.md", "utf8");

  it.each(appSettingNames)("tells of the setting %s", (name) => {
    expect(page).toContain(`| \`${name}\``);
  });
});
