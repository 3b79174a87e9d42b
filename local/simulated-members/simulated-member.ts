import { type ApiServer, createApiServer } from "../../src/apiserver/api-server.js";
import { serveMemberKinds } from "../../src/registry/kinds.js";
import type { ServedKinds } from "../../src/registry/served-kinds.js";
import type { ObjectStore } from "../../src/storage/object-store.js";
import { announceFaults } from "./fault-annotation.js";
import { faultyServer } from "./faulty-server.js";
import { serveApi } from "./http-adapter.js";
import { combineFaults, type MemberFaults } from "./member-faults.js";
import { openSqliteObjectStore } from "./sqlite-object-store.js";
import { WorkloadController } from "./workload-controller.js";

export interface SimulatedMemberOptions {
  readonly name: string;
  /** SQLite file with its objects, or ":memory:". */
  readonly file: string;
  /** Port on loopback; 0 takes any. */
  readonly port: number;
  readonly faults?: MemberFaults;
  /** From applied to available, in milliseconds. */
  readonly readyAfterMs?: number;
  /** Told what goes wrong inside. */
  readonly report: (message: string) => void;
}

/** An API server on loopback that behaves like a member cluster. It stores objects and runs nothing. */
export interface SimulatedMember {
  readonly name: string;
  readonly url: string;
  /** Its objects, to look at or to prepare without HTTP. */
  readonly store: ObjectStore;
  /** Replaces the faults given at creation; those of the annotation stay. */
  setFaults(faults: MemberFaults): Promise<void>;
  close(): Promise<void>;
}

const HOSTNAME = "127.0.0.1";
/** Long enough to be seen, short enough not to be waited for. */
const READY_AFTER_MS = 500;
/** Whoever reaches a member on loopback is its administrator. */
const ADMINISTRATOR = { username: "kubernetes-admin", groups: ["system:masters"] };

export async function startSimulatedMember(
  options: SimulatedMemberOptions,
): Promise<SimulatedMember> {
  const objects = openSqliteObjectStore(options.file);
  const faults = new FaultState(options.faults ?? {});
  const report = (message: string) => options.report(`${options.name}: ${message}`);
  const controller = new WorkloadController({
    store: objects,
    readyAfterMs: options.readyAfterMs ?? READY_AFTER_MS,
    neverAvailable: () => faults.current().neverAvailable ?? false,
    now: () => new Date(),
    report,
  });
  const store = await announceFaults(objects, report, async (announced) => {
    faults.announced = announced;
    await controller.recheck();
  });
  const served = serveMemberKinds(store);
  const server = faultyServer(apiServerOver(served, report), served.latest, () => faults.current());
  const listener = new Listener(server, options.port);
  const url = await listener.open();
  await listener.allow(!options.faults?.down);

  return {
    name: options.name,
    url,
    store,
    async setFaults(given) {
      faults.given = given;
      await listener.allow(!given.down);
      await controller.recheck();
    },
    async close() {
      await controller.stop();
      await listener.close();
      objects.close();
    },
  };
}

function apiServerOver(
  { kinds, store }: ServedKinds,
  report: (message: string) => void,
): ApiServer {
  return createApiServer({
    kinds,
    store,
    onUnexpected: (error, request) => report(`${request.method} ${request.url}: ${String(error)}`),
  });
}

/** The faults of both sources. */
class FaultState {
  given: MemberFaults;
  announced: MemberFaults = {};

  constructor(given: MemberFaults) {
    this.given = given;
  }

  current(): MemberFaults {
    return combineFaults(this.given, this.announced);
  }
}

/** A port that can be closed, so that connections are refused, and opened again at the same place. */
class Listener {
  private readonly server: ApiServer;
  private port: number;
  private served: Awaited<ReturnType<typeof serveApi>> | undefined;

  constructor(server: ApiServer, port: number) {
    this.server = server;
    this.port = port;
  }

  async open(): Promise<string> {
    this.served = await serveApi(this.server, {
      port: this.port,
      hostname: HOSTNAME,
      user: ADMINISTRATOR,
    });
    this.port = Number(new URL(this.served.url).port);
    return this.served.url;
  }

  async allow(open: boolean): Promise<void> {
    if (open && !this.served) await this.open();
    if (!open) await this.close();
  }

  async close(): Promise<void> {
    const served = this.served;
    this.served = undefined;
    await served?.close();
  }
}
