import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isFree, memberPorts } from "../../local/ports.js";

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stagecoach-ports-"));
  file = join(folder, "ports.json");
});
afterEach(() => rmSync(folder, { recursive: true }));

async function occupied<T>(port: number, during: () => Promise<T>): Promise<T> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  try {
    return await during();
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

describe("memberPorts", () => {
  it("gives every member a port of its own and the same one the next time", async () => {
    const first = await memberPorts(["member1", "member2"], file);
    const second = await memberPorts(["member1", "member2", "member3"], file);

    expect(new Set(second.values()).size).toBe(3);
    expect(second.get("member1")).toBe(first.get("member1"));
    expect(second.get("member2")).toBe(first.get("member2"));
  });

  it("takes another port when somebody else has the remembered one", async () => {
    const port = (await memberPorts(["member1"], file)).get("member1") ?? 0;
    const next = await occupied(port, () => memberPorts(["member1"], file));
    expect(next.get("member1")).not.toBe(port);
  });

  it("keeps the port of a member that a start goes without", async () => {
    const before = await memberPorts(["member1", "member2"], file);
    await memberPorts(["member1"], file);
    expect(await memberPorts(["member1", "member2"], file)).toEqual(before);
  });
});

describe("isFree", () => {
  it("tells a port that somebody listens on", async () => {
    const port = (await memberPorts(["member1"], file)).get("member1") ?? 0;
    expect(await isFree(port)).toBe(true);
    expect(await occupied(port, () => isFree(port))).toBe(false);
  });
});
