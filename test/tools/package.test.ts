import { spawn, spawnSync } from "node:child_process";
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

interface Host {
  readonly url: string;
  log(): string;
  stop(): Promise<void>;
}

/** Unpacks a zip and runs it as Azure would: nothing of this project is near it. */
async function startPackaged(archive: Buffer): Promise<Host> {
  const root = join(folder, "unpacked");
  mkdirSync(root);
  for (const [path, content] of unzip(archive)) writeFileSync(join(root, path), content);
  const port = await freePort();
  const args = ["--root", root, "--port", String(port), "--data-dir", join(folder, "durable")];
  const host = spawn(process.execPath, ["dist/local/functions-host.js", ...args], {
    env: {
      ...process.env,
      AzureWebJobsStorage: inject("azurite"),
      STAGECOACH_TABLE_PREFIX: freshPrefix(),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  host.stderr.on("data", (chunk: Buffer) => {
    log += chunk.toString();
  });
  await once(host.stdout, "data");
  return {
    url: `http://127.0.0.1:${port}`,
    log: () => log,
    async stop() {
      const ended = once(host, "exit");
      host.kill("SIGTERM");
      await ended;
    },
  };
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
    const host = await startPackaged(packaged("one"));
    try {
      const version = await fetch(`${host.url}/version`);
      expect(await version.json()).toHaveProperty("gitVersion");
      const groups = await fetch(`${host.url}/apis`);
      expect(JSON.stringify(await groups.json())).toContain("placement.kubernetes-fleet.io");
      // It needs the file that lies beside the bundle.
      const openapi = await fetch(`${host.url}/openapi/v3/apis/apps/v1`);
      expect(openapi.status).toBe(200);
    } finally {
      await host.stop();
    }
  });

  it("says in status and log that a member cannot be reached without a kubeconfig", async () => {
    const host = await startPackaged(packaged("one"));
    const members = `${host.url}/apis/cluster.kubernetes-fleet.io/v1/memberclusters`;
    try {
      const created = await fetch(members, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          apiVersion: "cluster.kubernetes-fleet.io/v1",
          kind: "MemberCluster",
          metadata: { name: "west" },
          spec: { kubeconfig: { context: "west" } },
        }),
      });
      expect(created.status).toBe(201);
      // What the alert of infra/app/alerts.bicep looks for.
      await expect
        .poll(() => host.log(), { timeout: 15_000 })
        .toMatch(
          /event \{"type":"Warning","reason":"MemberClusterUnreachable","subject":"MemberCluster\/west",.*"message":"west: the app has no kubeconfig/,
        );
      const member = await fetch(`${members}/west`);
      expect(await member.json()).toMatchObject({
        status: { conditions: [{ type: "Joined", status: "False", reason: "Misconfigured" }, {}] },
      });
    } finally {
      await host.stop();
    }
  });
});
