import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { freePort } from "../../local/ports.js";
import { freshPrefix } from "../support/table-prefix.js";
import { unzip } from "../support/unzip.js";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stagecoach-package-"));
});
afterEach(() => rmSync(folder, { recursive: true, maxRetries: 5 }));

function packageApp(out: string, ...options: string[]) {
  const args = ["tools/package.mjs", "--out", out, ...options];
  return spawnSync(process.execPath, args, { encoding: "utf8" });
}

function packaged(name: string, ...options: string[]): Buffer {
  const out = join(folder, name);
  expect(packageApp(out, ...options)).toMatchObject({ status: 0, stderr: "" });
  return readFileSync(join(out, "stagecoach.zip"));
}

function jsonIn(archive: Buffer, path: string): unknown {
  return JSON.parse(String(unzip(archive).get(path)));
}

/** Runs a folder as Azure would: nothing of this project is near it. */
async function startHost(root: string, port: number): Promise<ChildProcess> {
  const args = ["--root", root, "--port", String(port), "--data-dir", join(folder, "durable")];
  const host = spawn(process.execPath, ["dist/local/functions-host.js", ...args], {
    env: {
      ...process.env,
      AzureWebJobsStorage: inject("azurite"),
      STAGECOACH_TABLE_PREFIX: freshPrefix(),
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(host.stdout, "data");
  return host;
}

describe("tools/package.mjs", () => {
  it("packs the bundle and what the host reads, and nothing else", () => {
    const files = unzip(packaged("one"));
    expect([...files.keys()]).toEqual([
      "builtin-descriptions.json.gz",
      "host.json",
      "main.js",
      "package.json",
    ]);
  });

  it("makes the same bytes of the same source", () => {
    expect(packaged("one").equals(packaged("two"))).toBe(true);
  });

  it("gives Azure nothing to install", () => {
    const manifest = jsonIn(packaged("one"), "package.json");
    expect(manifest).not.toHaveProperty("dependencies");
    expect(manifest).toMatchObject({ main: "main.js", type: "module" });
  });

  it.each([
    { backend: "AzureStorage", type: "AzureStorage" },
    { backend: "Scheduler", type: "azureManaged" },
  ])("writes the Durable back end $backend into host.json", ({ backend, type }) => {
    const host = jsonIn(packaged(backend, "--durable-backend", backend), "host.json");
    expect(host).toMatchObject({ extensions: { durableTask: { storageProvider: { type } } } });
  });

  it("names the back ends there are when asked for another", () => {
    const result = packageApp(folder, "--durable-backend", "Netherite");
    expect(result.status).toBe(1);
    expect(result.stderr).toContain("choose AzureStorage or Scheduler");
  });

  it("serves the API from the unpacked zip", async () => {
    const root = join(folder, "unpacked");
    mkdirSync(root);
    for (const [path, content] of unzip(packaged("one"))) writeFileSync(join(root, path), content);
    const port = await freePort();
    const host = await startHost(root, port);
    try {
      const version = await fetch(`http://127.0.0.1:${port}/version`);
      expect(await version.json()).toHaveProperty("gitVersion");
      const groups = await fetch(`http://127.0.0.1:${port}/apis`);
      expect(JSON.stringify(await groups.json())).toContain("placement.kubernetes-fleet.io");
      // It needs the file that lies beside the bundle.
      const openapi = await fetch(`http://127.0.0.1:${port}/openapi/v3/apis/apps/v1`);
      expect(openapi.status).toBe(200);
    } finally {
      const ended = once(host, "exit");
      host.kill("SIGTERM");
      await ended;
    }
  });
});
