import { execFile } from "node:child_process";
import { access, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Paths of the programs that make up one member cluster. */
export interface Binaries {
  readonly etcd: string;
  readonly kubeApiserver: string;
  readonly kubeControllerManager: string;
  readonly kubectl: string;
}

/** The version that go.mod in this directory pins. */
export const KUBERNETES_VERSION = "1.35.4";

const PACKAGES = {
  etcd: "go.etcd.io/etcd/server/v3",
  "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
  "kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
  kubectl: "k8s.io/kubernetes/cmd/kubectl",
} as const;
type Program = keyof typeof PACKAGES;

const MODULE_DIRECTORY = import.meta.dirname;
const LOCK_POLL_MS = 500;
const LOCK_TIMEOUT_MS = 30 * 60_000;

/**
 * Finds the programs in `KUBEBUILDER_ASSETS`; what is missing there is built once with Go (about five minutes on two
 * cores) into a cache outside the repository.
 *
 * @throws when something has to be built and Go is not installed
 */
export async function ensureBinaries(): Promise<Binaries> {
  const cache = cacheDirectory("envtest", KUBERNETES_VERSION);
  const pathOf = async (program: Program): Promise<string> => {
    const given = process.env.KUBEBUILDER_ASSETS;
    if (given !== undefined && (await exists(join(given, program)))) return join(given, program);
    return await ensureBuilt(program, cache);
  };
  return {
    etcd: await pathOf("etcd"),
    kubeApiserver: await pathOf("kube-apiserver"),
    kubeControllerManager: await pathOf("kube-controller-manager"),
    kubectl: await pathOf("kubectl"),
  };
}

/** Where programs of this kind and version are kept once they are built: outside the repository. */
export function cacheDirectory(kind: string, version: string): string {
  const base = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  const os = process.platform === "win32" ? "windows" : process.platform;
  const architecture = process.arch === "x64" ? "amd64" : process.arch;
  return join(base, "stagecoach", kind, `${version}-${os}-${architecture}`);
}

async function ensureBuilt(program: Program, directory: string): Promise<string> {
  const binary = join(directory, program);
  if (await exists(binary)) return binary;
  await mkdir(directory, { recursive: true });
  await withLock(join(directory, ".lock"), async () => {
    if (!(await exists(binary))) await build(program, binary);
  });
  return binary;
}

async function build(program: Program, binary: string): Promise<void> {
  const [major, minor] = KUBERNETES_VERSION.split(".");
  const component = "k8s.io/component-base/version";
  const stamps = [
    `-X ${component}.gitVersion=v${KUBERNETES_VERSION}`,
    `-X ${component}.gitMajor=${major}`,
    `-X ${component}.gitMinor=${minor}`,
  ];
  const unfinished = `${binary}.${process.pid}`;
  const flags = ["-trimpath", "-buildvcs=false", "-ldflags", ["-s", "-w", ...stamps].join(" ")];
  try {
    await run("go", ["build", ...flags, "-o", unfinished, PACKAGES[program]], {
      cwd: MODULE_DIRECTORY,
      env: { ...process.env, CGO_ENABLED: "0" },
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch (cause) {
    throw new Error(buildFailure(program, cause), { cause });
  }
  await rename(unfinished, binary);
}

function buildFailure(program: Program, cause: unknown): string {
  if (codeOf(cause) === "ENOENT") {
    return (
      `${program} is needed for the tests against real API servers: install Go 1.25 or newer, ` +
      "or set KUBEBUILDER_ASSETS to a directory that has it"
    );
  }
  return `${program} could not be built with Go`;
}

/** Holds a lock file while `work` runs; a lock whose process is gone is taken over. */
async function withLock(path: string, work: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + LOCK_TIMEOUT_MS;
  while (!(await acquire(path))) {
    if (Date.now() > deadline) throw new Error(`${path} is held by another build for too long`);
    await delay(LOCK_POLL_MS);
  }
  try {
    await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function acquire(path: string): Promise<boolean> {
  try {
    const file = await open(path, "wx");
    await file.writeFile(String(process.pid));
    await file.close();
    return true;
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
  if (await holderIsGone(path)) await rm(path, { force: true });
  return false;
}

async function holderIsGone(path: string): Promise<boolean> {
  try {
    const holder = Number(await readFile(path, "utf8"));
    if (!Number.isInteger(holder) || holder <= 0) return false;
    process.kill(holder, 0);
    return false;
  } catch (error) {
    return codeOf(error) === "ESRCH";
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return false;
    throw error;
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
