import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { ensureAzurite, stopAzurite } from "./azurite.js";
import { clearDataDir, createDataDir, type DataDir, dataDirAt, writePrivate } from "./data-dir.js";
import { HubClient } from "./hub-client.js";
import { copyContext, type KubeContext, kubeconfigOf, plainContext } from "./kubeconfig.js";
import {
  type LocalLog,
  openLocalLog,
  portIsBusy,
  setAppSettings,
  startLocalHost,
} from "./local-host.js";
import { isFree, memberPorts } from "./ports.js";
import { registerMembers } from "./register-members.js";
import { recordRunningStart, refuseSecondStart } from "./running-start.js";
import { simulatedMemberLabels } from "./simulated-members/member-labels.js";
import { type MemberAddress, startMemberProcess } from "./simulated-members/member-process.js";
import { type StartOptions, simulatedMemberNames, UsageError } from "./start-options.js";

/** A running local installation. */
export interface Stagecoach {
  readonly hubUrl: string;
  /** Where the kubeconfig for people was written: contexts `hub` and one per member. */
  readonly kubeconfig: string;
  readonly simulatedMembers: readonly MemberAddress[];
  /** Stops everything that was started, the storage last. */
  stop(): Promise<void>;
}

export interface StartSurroundings {
  /** The project: its package.json and host.json say what the host loads. */
  readonly projectRoot: string;
  /** Told of each thing that goes wrong while it runs. */
  readonly warn: (message: string) => void;
  /**
   * Connection string of a storage account that somebody else looks after, for an installation that is gone when it stops:
   * simulated members keep nothing either. By default all is kept in the data directory.
   */
  readonly storage?: string;
}

/** Stops parts in the reverse order of their start. */
class Parts {
  private readonly stops: (() => Promise<void>)[] = [];

  add(stop: () => Promise<void>): void {
    this.stops.push(stop);
  }

  async stop(): Promise<void> {
    for (const stop of this.stops.splice(0).reverse()) await stop();
  }
}

/**
 * Starts storage, members, host and app, and registers the members.
 *
 * @throws UsageError for what the person who started it can mend: a busy port, a missing context, an unreadable file
 */
export async function startStagecoach(
  options: StartOptions,
  surroundings: StartSurroundings,
): Promise<Stagecoach> {
  const dir = dataDirAt(options.dataDir);
  const realContexts = readRealContexts(options);
  await prepare(options, dir);
  const parts = new Parts();
  try {
    return await startParts(options, dir, surroundings, realContexts, parts);
  } catch (error) {
    await parts.stop();
    throw error;
  }
}

async function prepare(options: StartOptions, dir: DataDir): Promise<void> {
  createDataDir(dir);
  await refuseSecondStart(dir);
  if (!(await isFree(options.port))) throw portIsBusy(options.port);
  if (options.fresh) {
    await stopAzurite(dir);
    clearDataDir(dir);
    createDataDir(dir);
  }
}

async function startParts(
  options: StartOptions,
  dir: DataDir,
  surroundings: StartSurroundings,
  realContexts: readonly KubeContext[],
  parts: Parts,
): Promise<Stagecoach> {
  const { projectRoot, warn, storage } = surroundings;
  const log = openLocalLog(dir.log, warn);
  parts.add(() => log.close());
  const connectionString = storage ?? (await ownStorage(dir, parts));
  const simulatedMembers = await startSimulatedMembers(options, dir, surroundings, log, parts);
  const contexts = [
    ...simulatedMembers.map(({ name, url }) => plainContext(name, url)),
    ...realContexts,
  ];
  writePrivate(dir.membersKubeconfig, stringify(kubeconfigOf(contexts)));

  setAppSettings(connectionString, dir);
  const host = await startLocalHost({ projectRoot, port: options.port, dir, log });
  parts.add(() => host.stop());
  parts.add(recordRunningStart(dir, host.url));
  const hubContext = plainContext("hub", host.url);
  writePrivate(dir.kubeconfig, stringify(kubeconfigOf([hubContext, ...contexts])));

  await registerMembers(new HubClient(host.url), registrations(options.members, realContexts));
  return {
    hubUrl: host.url,
    kubeconfig: dir.kubeconfig,
    simulatedMembers,
    stop: () => parts.stop(),
  };
}

async function ownStorage(dir: DataDir, parts: Parts): Promise<string> {
  const azurite = await ensureAzurite(dir);
  parts.add(() => azurite.stop());
  return azurite.connectionString;
}

async function startSimulatedMembers(
  options: StartOptions,
  dir: DataDir,
  { projectRoot, storage }: StartSurroundings,
  log: LocalLog,
  parts: Parts,
): Promise<readonly MemberAddress[]> {
  const names = simulatedMemberNames(options.members);
  if (names.length === 0) return [];
  const ports = await memberPorts(names, dir.ports);
  const wanted = names.map((name) => ({
    name,
    file: storage === undefined ? join(dir.members, `${name}.db`) : ":memory:",
    port: ports.get(name) ?? 0,
  }));
  const { members, close } = await startMemberProcess(projectRoot, { members: wanted }, log.warn);
  parts.add(close);
  return members;
}

function registrations(simulated: number, realContexts: readonly KubeContext[]) {
  return [
    ...simulatedMemberNames(simulated).map((name, index) => ({
      name,
      context: name,
      labels: simulatedMemberLabels(index),
    })),
    ...realContexts.map(({ name }) => ({ name, context: name, labels: {} })),
  ];
}

function readRealContexts({ realMembers, kubeconfig }: StartOptions): readonly KubeContext[] {
  if (kubeconfig === undefined || realMembers.length === 0) return [];
  const text = readKubeconfig(kubeconfig);
  return realMembers.map(({ name, context }) => copyContext(text, kubeconfig, context, name));
}

function readKubeconfig(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`--kubeconfig ${file} cannot be read: ${reason}`, { cause: error });
  }
}
