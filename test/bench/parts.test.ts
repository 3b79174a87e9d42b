import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const bench = (...parts: readonly string[]) =>
  promisify(execFile)(process.execPath, ["dist/bench/main.js", ...parts], { cwd: root });

it("measures several parts one after the other, each with an app of its own", async () => {
  const { stdout } = await bench("small-run", "small-run");
  const times = stdout.match(/^small-run +from creation to Succeeded +[\d.]+ ms$/gm);
  expect(times).toHaveLength(2);
}, 120_000);

it("names the parts there are when it is asked for another one", async () => {
  await expect(bench("smal-run")).rejects.toMatchObject({
    stderr: expect.stringContaining("there is no part smal-run; there are many-objects, small-run"),
  });
});
