import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ensureBinaries } from "./binaries.js";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "stagecoach-binaries-"));
  vi.stubEnv("XDG_CACHE_HOME", join(directory, "cache"));
  vi.stubEnv("PATH", directory);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(directory, { recursive: true });
});

it("uses the programs in KUBEBUILDER_ASSETS without building anything", async () => {
  const programs = ["etcd", "kube-apiserver", "kube-controller-manager", "kubectl"];
  for (const program of programs) await writeFile(join(directory, program), "");
  vi.stubEnv("KUBEBUILDER_ASSETS", directory);

  expect(await ensureBinaries()).toEqual({
    etcd: join(directory, "etcd"),
    kubeApiserver: join(directory, "kube-apiserver"),
    kubeControllerManager: join(directory, "kube-controller-manager"),
    kubectl: join(directory, "kubectl"),
  });
});

it("says what to do when something has to be built and Go is not installed", async () => {
  vi.stubEnv("KUBEBUILDER_ASSETS", undefined);

  await expect(ensureBinaries()).rejects.toThrow(
    "etcd is needed for the tests against real API servers: install Go 1.25 or newer, " +
      "or set KUBEBUILDER_ASSETS to a directory that has it",
  );
});
