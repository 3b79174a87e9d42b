import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { access, mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheDirectory } from "../envtest/binaries.js";

const run = promisify(execFile);

/** The Go programs of this directory: clients as other people write them. */
export interface InformerPrograms {
  readonly informer: string;
  readonly controller: string;
}

const MODULE_DIRECTORY = import.meta.dirname;
const SOURCES = ["go.mod", "go.sum", "informer/main.go", "controller/main.go"];

/**
 * Builds them with Go, about two minutes the first time, into the cache that the API servers of `test/envtest` are in.
 *
 * @throws when they have to be built and Go is not installed
 */
export async function ensureInformerPrograms(): Promise<InformerPrograms> {
  const directory = cacheDirectory("informers", await fingerprint());
  const programs = {
    informer: join(directory, "informer"),
    controller: join(directory, "controller"),
  };
  if (!(await exists(programs.controller))) await build(directory);
  return programs;
}

/** Other sources, other programs. */
async function fingerprint(): Promise<string> {
  const hash = createHash("sha256");
  for (const source of SOURCES) hash.update(await readFile(join(MODULE_DIRECTORY, source)));
  return hash.digest("hex").slice(0, 16);
}

async function build(directory: string): Promise<void> {
  const parent = join(directory, "..");
  await mkdir(parent, { recursive: true });
  const unfinished = await mkdtemp(join(parent, "building-"));
  try {
    const flags = ["-trimpath", "-buildvcs=false", "-ldflags", "-s -w"];
    await run("go", ["build", ...flags, "-o", `${unfinished}/`, "./..."], {
      cwd: MODULE_DIRECTORY,
      maxBuffer: 64 * 1024 * 1024,
    });
    await rename(unfinished, directory);
  } catch (cause) {
    // Another process may have finished first; then its programs are as good.
    if (!(await exists(join(directory, "controller")))) throw buildFailure(cause);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

function buildFailure(cause: unknown): Error {
  const missing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
  return new Error(
    missing
      ? "the tests of informers need Go: install Go 1.25 or newer"
      : "the programs of test/informers could not be built with Go",
    { cause },
  );
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
    throw error;
  }
}
