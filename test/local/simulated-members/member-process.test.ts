import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { HubClient } from "../../../local/hub-client.js";
import { startMemberProcess } from "../../../local/simulated-members/member-process.js";

const projectRoot = fileURLToPath(new URL("../../..", import.meta.url));
const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

describe("the process of the simulated members", () => {
  const folder = mkdtempSync(join(tmpdir(), "stagecoach-members-"));
  const reports: string[] = [];
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function start(members: readonly { readonly name: string; readonly port?: number }[]) {
    const wanted = members.map(({ name, port = 0 }) => ({
      name,
      file: join(folder, `${name}.db`),
      port,
    }));
    return startMemberProcess(projectRoot, { members: wanted }, (text) => reports.push(text));
  }

  it("serves each member at its own address, and ends with the last of them", async () => {
    const { members, close } = await start([{ name: "east" }, { name: "west" }]);
    const [east, west] = members.map(({ url }) => new HubClient(url));
    const metadata = { name: "only-here" };
    await east?.create(CONFIG_MAPS, { apiVersion: "v1", kind: "ConfigMap", metadata });
    expect(await east?.find(`${CONFIG_MAPS}/only-here`)).toBeDefined();
    expect(await west?.find(`${CONFIG_MAPS}/only-here`)).toBeUndefined();
    await close();
    expect(await Promise.all([east?.isReady(), west?.isReady()])).toEqual([false, false]);
    expect(reports).toEqual([]);
  });

  it("says why a member cannot be started", async () => {
    const { members, close } = await start([{ name: "first" }]);
    const port = Number(new URL(members[0]?.url ?? "").port);
    await expect(start([{ name: "second", port }])).rejects.toThrow(/EADDRINUSE/);
    await close();
  });
});
