import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { openSqliteObjectStore } from "../../../local/simulated-members/sqlite-object-store.js";
import type { StoreEvent } from "../../../src/storage/object-store.js";

const REF = { group: "", resource: "configmaps", namespace: "default", name: "a" };

function configMap(data: Record<string, string> = {}, resourceVersion?: string) {
  const metadata = { name: "a", namespace: "default", ...(resourceVersion && { resourceVersion }) };
  return { apiVersion: "v1", kind: "ConfigMap", metadata, data };
}

function inFile(): string {
  return join(mkdtempSync(join(tmpdir(), "stagecoach-sqlite-")), "objects.db");
}

describe("openSqliteObjectStore", () => {
  it("finds its objects and its place in the sequence again after a restart", async () => {
    const path = inFile();
    const first = openSqliteObjectStore(path);
    const created = await first.create(REF, configMap({ k: "1" }));
    const updated = await first.update(
      REF,
      configMap({ k: "2" }, created.metadata.resourceVersion),
    );
    first.close();
    const second = openSqliteObjectStore(path);
    expect(await second.get(REF)).toEqual(updated);
    const later = await second.update(REF, updated);
    expect(Number(later.metadata.resourceVersion)).toBeGreaterThan(
      Number(updated.metadata.resourceVersion),
    );
    second.close();
  });

  it("resumes a watch across a restart", async () => {
    const path = inFile();
    const first = openSqliteObjectStore(path);
    const created = await first.create(REF, configMap());
    await first.remove(REF, created.metadata.resourceVersion ?? "");
    first.close();
    const second = openSqliteObjectStore(path);
    const client = new AbortController();
    const { value } = (await second
      .watch(REF, created.metadata.resourceVersion, client.signal)
      [Symbol.asyncIterator]()
      .next()) as IteratorResult<StoreEvent>;
    expect(value).toMatchObject({ type: "Deleted", object: { metadata: { name: "a" } } });
    client.abort();
    second.close();
  });

  it("forgets changes that are long past, and says so to a watch that needs them", async () => {
    const store = openSqliteObjectStore(":memory:");
    let { metadata } = await store.create(REF, configMap());
    const old = metadata.resourceVersion;
    for (let count = 0; count < 11_000; count += 1) {
      ({ metadata } = await store.update(REF, configMap({}, metadata.resourceVersion)));
    }
    const events = store.watch(REF, old, new AbortController().signal);
    await expect(events[Symbol.asyncIterator]().next()).rejects.toMatchObject({ kind: "Expired" });
    store.close();
  });

  it("ends its watches when it is closed", async () => {
    const store = openSqliteObjectStore(":memory:");
    const events = store.watch(REF, undefined, new AbortController().signal);
    const next = events[Symbol.asyncIterator]().next();
    store.close();
    expect(await next).toEqual({ done: true, value: undefined });
  });

  it("loses no answered write when its process is killed", async () => {
    const path = inFile();
    const script = join(mkdtempSync(join(tmpdir(), "stagecoach-writer-")), "writer.mjs");
    await build({
      stdin: { contents: WRITER, resolveDir: import.meta.dirname, loader: "ts" },
      bundle: true,
      platform: "node",
      format: "esm",
      outfile: script,
      logLevel: "error",
    });
    const child = spawn(process.execPath, [script, path], { stdio: ["ignore", "pipe", "inherit"] });
    let answered = "";
    child.stdout.on("data", (chunk) => {
      answered += String(chunk);
    });
    await expect.poll(() => answered.split("\n").length, { timeout: 15_000 }).toBeGreaterThan(50);
    const ended = new Promise((resolve) => child.once("close", resolve));
    child.kill("SIGKILL");
    await ended;
    const last = answered.split("\n").at(-2);
    const store = openSqliteObjectStore(path);
    const { items } = await store.list({ group: "", resource: "configmaps" });
    expect(items.map(({ metadata }) => metadata.name)).toContain(last);
    store.close();
  });
});

const WRITER = `
import { openSqliteObjectStore } from "../../../local/simulated-members/sqlite-object-store.js";
const store = openSqliteObjectStore(process.argv[2] ?? "");
for (let count = 0; ; count += 1) {
  const name = "n" + count;
  const ref = { group: "", resource: "configmaps", namespace: "default", name };
  await store.create(ref, { apiVersion: "v1", kind: "ConfigMap", metadata: { name } });
  await new Promise((resolve) => process.stdout.write(name + "\\n", resolve));
}
`;
