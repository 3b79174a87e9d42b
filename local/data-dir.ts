import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "./start-options.js";

/** Where everything of one local installation lives. */
export interface DataDir {
  readonly root: string;
  /** Azurite's databases: the storage account. */
  readonly azurite: string;
  /** The local host's Durable state. */
  readonly durable: string;
  /** One database per simulated member. */
  readonly members: string;
  /** For people: contexts `hub` and one per member. */
  readonly kubeconfig: string;
  /** For the app: the contexts that MemberClusters name. */
  readonly membersKubeconfig: string;
  /** The Azurite that was started for this directory. */
  readonly azuriteState: string;
  /** Ports of the simulated members, the same at every start. */
  readonly ports: string;
  /** The start that uses the directory now. */
  readonly running: string;
  /** What the host and the members said during the last start. */
  readonly log: string;
}

export function dataDirAt(root: string): DataDir {
  return {
    root,
    azurite: join(root, "azurite"),
    durable: join(root, "durable"),
    members: join(root, "members"),
    kubeconfig: join(root, "kubeconfig"),
    membersKubeconfig: join(root, "members.kubeconfig"),
    azuriteState: join(root, "azurite.json"),
    ports: join(root, "ports.json"),
    running: join(root, "running.json"),
    log: join(root, "stagecoach.log"),
  };
}

/** Makes the folders that are missing. @throws UsageError when they cannot be made */
export function createDataDir(dir: DataDir): void {
  try {
    for (const folder of [dir.root, dir.azurite, dir.durable, dir.members]) {
      mkdirSync(folder, { recursive: true });
    }
  } catch (error) {
    throw new UsageError(`--data-dir ${dir.root} cannot be used: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

/** Removes what `createDataDir` and a start make, and nothing else that may be in the folder. */
export function clearDataDir(dir: DataDir): void {
  const { root: _kept, ...made } = dir;
  for (const path of Object.values(made)) rmSync(path, { recursive: true, force: true });
}

/** The file's JSON, or undefined when there is no such file or a crash cut it short. */
export function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if (error instanceof SyntaxError || codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

export function writeJson(file: string, value: object): void {
  writeFileSync(file, `${JSON.stringify(value, undefined, 2)}\n`);
}

/** For files that may hold credentials: only their owner reads them. */
export function writePrivate(file: string, text: string): void {
  writeFileSync(file, text, { mode: 0o600 });
  // An existing file keeps the mode it had.
  chmodSync(file, 0o600);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
