import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TableClient } from "@azure/data-tables";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ensureAzurite, stopAzurite } from "../../local/azurite.js";
import { createDataDir, type DataDir, dataDirAt } from "../../local/data-dir.js";
import { freePort } from "../../local/ports.js";

let dir: DataDir;

beforeEach(() => {
  dir = dataDirAt(mkdtempSync(join(tmpdir(), "stagecoach-azurite-")));
  createDataDir(dir);
});

afterEach(async () => {
  await stopAzurite(dir);
  rmSync(dir.root, { recursive: true, force: true });
});

function tableOf(connectionString: string): TableClient {
  return TableClient.fromConnectionString(connectionString, "probe", {
    allowInsecureConnection: true,
  });
}

describe("ensureAzurite", () => {
  it("finds the Azurite of an earlier start again", async () => {
    const first = await ensureAzurite(dir);
    const second = await ensureAzurite(dir);

    expect(second).toMatchObject({ pid: first.pid, reused: true });
    expect(second.connectionString).toBe(first.connectionString);
  });

  it("has saved everything when stop returns", async () => {
    const first = await ensureAzurite(dir);
    await tableOf(first.connectionString).createTable();
    await tableOf(first.connectionString).createEntity({ partitionKey: "p", rowKey: "r", n: 1 });
    await first.stop();

    const second = await ensureAzurite(dir);
    const entity = await tableOf(second.connectionString).getEntity("p", "r");
    expect(entity).toMatchObject({ n: 1 });
    expect(second.pid).not.toBe(first.pid);
  });

  it("starts one of its own when the remembered process is another program", async () => {
    writeFileSync(
      dir.azuriteState,
      JSON.stringify({
        pid: process.pid,
        ports: { blob: await freePort(), queue: await freePort(), table: await freePort() },
      }),
    );

    const azurite = await ensureAzurite(dir);

    expect(azurite).toMatchObject({ reused: false });
    expect(azurite.pid).not.toBe(process.pid);
  });

  it("takes other ports when it cannot have those it chose", async () => {
    const port = await freePort();
    const ports = { blob: port, queue: port, table: port };
    writeFileSync(dir.azuriteState, JSON.stringify({ pid: process.pid, ports }));

    const azurite = await ensureAzurite(dir);

    await tableOf(azurite.connectionString).createTable();
  });

  it("starts anew after a crash that left its state behind", async () => {
    const first = await ensureAzurite(dir);
    process.kill(first.pid, "SIGKILL");
    await expect.poll(() => ensureAzurite(dir).then(({ pid }) => pid)).not.toBe(first.pid);
  });
});
