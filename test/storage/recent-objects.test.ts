import { describe, expect, inject, it } from "vitest";
import { connectStorage } from "../../src/storage/connect-storage.js";
import { withRecentObjects } from "../../src/storage/recent-objects.js";
import { freshPrefix } from "../support/table-prefix.js";

const ref = { group: "", resource: "members", name: "one" };
const object = (value: string) => ({
  apiVersion: "v1",
  kind: "Member",
  metadata: { name: "one" },
  spec: { value },
});

async function twoProcesses() {
  let time = 0;
  const storage = connectStorage({
    kind: "connectionString",
    connectionString: inject("azurite"),
    prefix: freshPrefix(),
  });
  await storage.prepare();
  const isMember = ({ resource }: { resource: string }) => resource === "members";
  const mine = withRecentObjects(storage.rows, isMember, 5000, () => time);
  const value = async () => ((await mine.get(ref))?.spec as { value: string } | undefined)?.value;
  const pass = (ms: number) => {
    time += ms;
  };
  return { mine, theirs: storage.rows, value, pass };
}

describe("withRecentObjects", () => {
  it("reads an object that many look up once in five seconds", async () => {
    const { mine, theirs, value, pass } = await twoProcesses();
    const first = await mine.create(ref, object("1"));
    expect(await value()).toBe("1");
    await theirs.update(ref, { ...first, spec: { value: "2" } });
    expect(await value()).toBe("1");
    pass(5001);
    expect(await value()).toBe("2");
  });

  it("sees what was written through it, and after a refused write what others wrote", async () => {
    const { mine, theirs, value } = await twoProcesses();
    const first = await mine.create(ref, object("1"));
    await value();
    const second = await mine.update(ref, { ...first, spec: { value: "2" } });
    expect(await value()).toBe("2");
    await theirs.update(ref, { ...second, spec: { value: "3" } });
    await expect(mine.update(ref, { ...second, spec: { value: "4" } })).rejects.toMatchObject({
      kind: "Conflict",
    });
    expect(await value()).toBe("3");
  });
});
