import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { HubClient } from "../../local/hub-client.js";
import { freePort } from "../../local/ports.js";
import {
  type SimulatedMember,
  startSimulatedMember,
} from "../../local/simulated-members/simulated-member.js";
import {
  removeDataDir,
  type Stagecoach,
  startStagecoach,
  temporaryDirectory,
} from "../support/stagecoach-process.js";

const projectRoot = fileURLToPath(new URL("../..", import.meta.url));
const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
const MEMBERS = "/apis/cluster.kubernetes-fleet.io/v1beta1/memberclusters";

describe("npm start, when it cannot start", () => {
  const folder = mkdtempSync(join(tmpdir(), "stagecoach-refusals-"));
  const emptyKubeconfig = join(folder, "empty.yaml");
  let busy: Server;
  let busyPort: number;

  beforeAll(async () => {
    writeFileSync(emptyKubeconfig, "contexts: []\n");
    busyPort = await freePort();
    busy = createServer();
    await new Promise<void>((resolve) => busy.listen(busyPort, "127.0.0.1", resolve));
  });
  afterAll(() => {
    busy.close();
    rmSync(folder, { recursive: true });
  });

  function refusedStart(args: readonly string[]) {
    return spawnSync(
      process.execPath,
      ["dist/local/start.js", "--data-dir", join(folder, "data"), ...args],
      { cwd: projectRoot, encoding: "utf8" },
    );
  }

  it.each([
    {
      behaviour: "names a port that is busy",
      args: () => ["--port", String(busyPort)],
      says: () => `port ${busyPort} is in use: choose another one with --port\n`,
    },
    {
      behaviour: "names a context that is missing",
      args: () => ["--kubeconfig", emptyKubeconfig, "--member", "west=aks"],
      says: () => `${emptyKubeconfig} has no context "aks" (it has: none)\n`,
    },
    {
      behaviour: "names a file that cannot be read",
      args: () => ["--kubeconfig", `${folder}/gone`, "--member", "west=aks"],
      says: () =>
        `--kubeconfig ${folder}/gone cannot be read: ENOENT: no such file or directory, open '${folder}/gone'\n`,
    },
    {
      behaviour: "names an option it does not know",
      args: () => ["--membres", "3"],
      says: () => "Unknown option '--membres' (npm start -- --help lists the options)\n",
    },
    {
      behaviour: "names a data folder that cannot be made",
      args: () => ["--data-dir", `${emptyKubeconfig}/data`],
      says: () =>
        `--data-dir ${emptyKubeconfig}/data cannot be used: ENOTDIR: not a directory, mkdir '${emptyKubeconfig}/data'\n`,
    },
  ])("$behaviour, in one line and with exit code 1", ({ args, says }) => {
    expect(refusedStart(args())).toMatchObject({ status: 1, stdout: "", stderr: says() });
  });
});

describe("npm start", () => {
  const dataDir = temporaryDirectory("start");
  let running: Stagecoach | undefined;
  let real: SimulatedMember | undefined;

  afterEach(async () => {
    await running?.interrupt();
    await real?.close();
    running = undefined;
    real = undefined;
  });
  afterAll(() => removeDataDir(dataDir));

  async function start(...args: string[]): Promise<HubClient> {
    running = await startStagecoach({ dataDir, port: await freePort(), arguments: args });
    return new HubClient(running.url);
  }

  it("registers members with the tutorials' labels and leaves relabelled ones alone", async () => {
    const first = await start("--members", "4");
    const members = await first.list(MEMBERS);
    expect(members).toMatchObject([
      { metadata: { name: "member1", labels: { environment: "canary", order: "2" } } },
      { metadata: { name: "member2", labels: { environment: "staging" } } },
      { metadata: { name: "member3", labels: { environment: "canary", order: "1" } } },
      { metadata: { name: "member4", labels: { environment: "canary", order: "2" } } },
    ]);
    await first.mergePatch(`${MEMBERS}/member2`, { metadata: { labels: { environment: "prod" } } });
    await running?.interrupt();

    const second = await start("--members", "4");
    expect(await second.get(`${MEMBERS}/member2`)).toMatchObject({
      metadata: { labels: { environment: "prod" } },
    });
  });

  it("refuses to serve a data folder twice", async () => {
    await start();
    const second = spawnSync(
      process.execPath,
      ["dist/local/start.js", "--port", String(await freePort()), "--data-dir", dataDir],
      { cwd: projectRoot, encoding: "utf8" },
    );
    expect(second.status).toBe(1);
    expect(second.stderr).toContain(`${dataDir} is in use: Stagecoach runs there already`);
  });

  it("forgets everything with --fresh, and only then", async () => {
    const before = await start();
    await before.create(CONFIG_MAPS, {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "kept" },
    });
    await running?.interrupt();
    expect(await (await start()).find(`${CONFIG_MAPS}/kept`)).toBeDefined();
    await running?.interrupt();
    expect(await (await start("--fresh")).find(`${CONFIG_MAPS}/kept`)).toBeUndefined();
  });

  it("takes a cluster of somebody's kubeconfig as a member", async () => {
    real = await startSimulatedMember({
      name: "somewhere",
      file: ":memory:",
      port: 0,
      report: () => {},
    });
    const file = join(dataDir, "theirs.yaml");
    const entries = {
      clusters: [{ name: "c", cluster: { server: real.url } }],
      users: [{ name: "u", user: { token: "secret-token" } }],
      contexts: [{ name: "aks", context: { cluster: "c", user: "u" } }],
    };
    writeFileSync(file, JSON.stringify(entries));

    const hub = await start("--members", "0", "--kubeconfig", file, "--member", "west=aks");

    expect(await hub.get(`${MEMBERS}/west`)).toMatchObject({
      spec: { kubeconfig: { context: "west" } },
    });
    expect(running?.output()).toContain("west         context aks");
    expect(running?.output()).not.toContain("secret-token");
    expect(statSync(join(dataDir, "members.kubeconfig")).mode & 0o777).toBe(0o600);
    expect(statSync(join(dataDir, "kubeconfig")).mode & 0o777).toBe(0o600);
  });
});
