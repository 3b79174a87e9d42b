import { expect } from "vitest";
import { startSimulatedMember } from "../../../local/simulated-members/simulated-member.js";
import { makeAdvanceRun } from "../../../src/activities/advance-run.js";
import { announceRunState } from "../../../src/activities/announce-run-state.js";
import { makeCheckStage } from "../../../src/activities/check-stage.js";
import type { LaneInput, TargetRef } from "../../../src/activities/contracts.js";
import {
  makeFinishPlacementDeletion,
  makeListPlacedMembers,
  makeRemovePlacement,
} from "../../../src/activities/delete-placement.js";
import type { Dependencies } from "../../../src/activities/dependencies.js";
import { makeLaneTools } from "../../../src/activities/lane-tools.js";
import { makeRemoveNextCluster } from "../../../src/activities/remove-next-cluster.js";
import { makeSyncOverride } from "../../../src/activities/sync-override.js";
import { makeSyncPlacement } from "../../../src/activities/sync-placement.js";
import { makeUpdateNextCluster } from "../../../src/activities/update-next-cluster.js";
import type { KubeObject } from "../../../src/api/meta.js";
import { httpConnection } from "../../../src/clusters/http-connection.js";
import { keepAliveAgent } from "../../../src/clusters/http-exchange.js";
import type { Wake } from "../../../src/registry/kind.js";
import { serveHubKinds } from "../../../src/registry/kinds.js";
import { withRunStatus } from "../../../src/registry/run-status.js";
import type { ObjectRef } from "../../../src/storage/object-store.js";
import { openTestApi } from "../../apiserver/support/test-api.js";
import { storedDependencies } from "../../support/activity-dependencies.js";
import { NAMESPACE, type Role, type Scope, scopedKinds, selectorsOf } from "./scoped-kinds.js";

const MEMBERS = "/apis/cluster.kubernetes-fleet.io/v1/memberclusters";
const CONFIG_MAP = `/api/v1/namespaces/${NAMESPACE}/configmaps/cm`;

/** The parts of an update run's result that say how the orchestration goes on. */
type Next = Awaited<ReturnType<ReturnType<typeof makeAdvanceRun>>>;

/**
 * Storage, the hub's API and simulated members in this process; the test is the host. Everything that is woken is
 * played when the test says so, lane by lane, and the clock stands still until it is set: what is asserted in between
 * is exactly what an orchestration that died there would leave behind.
 */
export async function openPlayedFleet(scope: Scope = "Cluster") {
  const stored = await storedDependencies();
  const served = serveHubKinds(
    { defaultRunState: "Run" },
    withRunStatus(stored.snapshots, stored.clusters, stored.now, (...run) =>
      announceRunState(deps, ...run),
    ),
  );
  const announced: string[] = [];
  const servers = new Map<string, Awaited<ReturnType<typeof startSimulatedMember>>>();
  let failing: string | undefined;
  let untilRace = 0;
  let startRace: (() => void) | undefined;
  const store: typeof stored.store = Object.create(stored.store, {
    update: {
      value: async (ref: ObjectRef, object: KubeObject) => {
        untilRace -= 1;
        if (untilRace === 0) startRace?.();
        if (ref.resource !== failing) return stored.store.update(ref, object);
        failing = undefined;
        throw new Error("storage is out of order");
      },
    },
  });
  const deps: Dependencies = {
    ...stored,
    store,
    members: { connect: async ({ metadata }) => connectionTo(servers.get(metadata.name)) },
    kinds: served.kinds,
    announce: (line) => void announced.push(line),
    availabilityWaitMs: 0,
    soakCheckMs: 60_000,
    driftCheckMs: 300_000,
  };
  const api = openTestApi({ kinds: served.kinds, store: served.store, now: stored.now });
  const names = scopedKinds(scope);
  const woken: Wake[] = [];
  const waker = { wake: async (wakes: readonly Wake[]) => void woken.push(...wakes) };
  const advanceRun = makeAdvanceRun(deps);
  const checkStage = makeCheckStage(deps);
  const step = {
    Update: (input: LaneInput) => makeUpdateNextCluster(makeLaneTools(deps))(input, waker),
    Remove: (input: LaneInput) => makeRemoveNextCluster(makeLaneTools(deps))(input, waker),
  };
  const turns = new Map<string, Promise<unknown>>();
  const atWork = new Map<string, readonly LaneInput[]>();

  const takeWakes = (): readonly Wake[] => {
    const written = api.motion.filter((motion) => motion.step === "wake");
    api.motion.length = 0;
    return [...written.flatMap(({ wakes }) => wakes), ...woken.splice(0)];
  };

  /** Lanes go on until each has nothing left or has to wait; those that wait are left. */
  const playLanes = async (lanes: readonly LaneInput[]): Promise<readonly LaneInput[]> => {
    const waiting: LaneInput[] = [];
    for (let going = lanes; going.length > 0; ) {
      const results = await Promise.all(going.map((lane) => step[lane.work](lane)));
      const are = (kind: string) => going.filter((_, index) => results[index]?.kind === kind);
      waiting.push(...are("Pending"));
      going = are("Finished");
    }
    return waiting;
  };

  /** As the orchestration of a run does it, up to where that would wait. */
  const playRun = async (run: TargetRef): Promise<void> => {
    for (;;) {
      const left = await playLanes(atWork.get(run.uid) ?? []);
      atWork.delete(run.uid);
      if (left.length > 0) {
        atWork.set(run.uid, left);
        return;
      }
      const next = await advanceRun(run);
      if (next.kind === "Wait" || next.kind === "Finished") return;
      if (next.kind === "CheckStage") await checkStage({ run, stage: next.stage, at: next.at });
      else atWork.set(run.uid, lanesOf(run, next));
    }
  };

  const playDeletion = async (placement: TargetRef): Promise<void> => {
    const { members } = await makeListPlacedMembers(deps)(placement);
    for (const member of members) await makeRemovePlacement(deps)({ placement, member });
    await makeFinishPlacementDeletion(deps)(placement);
  };

  const looks: Readonly<Record<string, (target: TargetRef) => Promise<unknown>>> = {
    updateRun: playRun,
    syncPlacement: makeSyncPlacement(deps),
    syncOverride: makeSyncOverride(deps),
    deletePlacement: playDeletion,
  };

  /** An instance does one thing at a time. */
  const inTurn = (instanceId: string, look: () => Promise<unknown>): Promise<unknown> => {
    const turn = (turns.get(instanceId) ?? Promise.resolve()).then(look);
    turns.set(
      instanceId,
      turn.catch(() => undefined),
    );
    return turn;
  };

  /** Lets everything look that was woken, until nothing wakes anything. */
  const play = async (): Promise<void> => {
    for (let wakes = takeWakes(); wakes.length > 0; wakes = takeWakes()) {
      for (const { orchestration, instanceId, input } of unique(wakes)) {
        await inTurn(instanceId, async () => looks[orchestration]?.(input));
      }
    }
  };

  const send = async (method: string, path: string, body?: unknown): Promise<KubeObject> => {
    const contentType = method === "PATCH" ? "application/merge-patch+json" : "application/json";
    const answer = await api.send(method, path, { body, contentType });
    expect([200, 201], answer.text).toContain(answer.status);
    return answer.body as unknown as KubeObject;
  };

  const lookAt = async (path: string): Promise<void> => {
    const { kind, metadata } = await send("GET", path);
    const { name, namespace, uid = "" } = metadata;
    await playRun({ kind, name, namespace, uid });
    await play();
  };

  await names.prepare(api);
  const configMap = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "cm" } };
  await send("POST", CONFIG_MAP.replace("/cm", ""), { ...configMap, data: { key: "one" } });

  return {
    api,
    deps,
    names,
    play,
    send,
    setTime: stored.setTime,
    /** The lines of the log about objects. */
    announced,
    /** Does `first`, and `second` side by side with it from the moment the activities make that many updates of objects. */
    race: async (updates: number, first: () => Promise<void>, second: () => Promise<void>) => {
      let racing: Promise<void> | undefined;
      untilRace = updates;
      startRace = () => {
        racing = second();
      };
      await first();
      startRace = undefined;
      await (racing ?? second());
      await play();
    },
    /** The next update of an object of that role fails, as storage does at times. */
    failNextUpdate: (role: Role) => {
      failing = names.ref(role, "").resource;
    },
    /** Lets a run look although nothing woke it, as its slow timer does. */
    look: (run: string) => lookAt(names.path("run", run)),
    lookAt,
    create: (role: Role, name: string, spec: object, metadata: object = {}) =>
      send("POST", names.path(role), names.manifest(role, name, spec, metadata)),
    get: (role: Role, name: string) => send("GET", names.path(role, name)),
    patch: (role: Role, name: string, patch: object) =>
      send("PATCH", names.path(role, name), patch),
    delete: (role: Role, name: string) => send("DELETE", names.path(role, name)),
    /** Objects of a role, as they are stored. */
    list: async (role: Role) => {
      const { name: _, ...collection } = names.ref(role, "");
      return (await deps.store.list(collection)).items;
    },
    join: async (name: string, labels: Record<string, string>) => {
      const options = { name, file: ":memory:", port: 0, report: () => undefined };
      servers.set(name, await startSimulatedMember(options));
      const spec = { kubeconfig: { context: name } };
      const metadata = { name, labels };
      const kind = { apiVersion: "cluster.kubernetes-fleet.io/v1", kind: "MemberCluster" };
      await send("POST", MEMBERS, { ...kind, metadata, spec });
    },
    relabel: (name: string, labels: Record<string, string>) =>
      send("PATCH", `${MEMBERS}/${name}`, { metadata: { labels } }),
    leave: (name: string) => send("DELETE", `${MEMBERS}/${name}`),
    member: (name: string) => servers.get(name),
    /** What a member has of the placed ConfigMap; undefined when it is not there. */
    valueOn: async (name: string) => {
      const ref = { group: "", resource: "configmaps", namespace: NAMESPACE, name: "cm" };
      const object = await servers.get(name)?.store.get(ref);
      return (object?.data as { key?: string } | undefined)?.key;
    },
    selectors: selectorsOf(scope),
    configMapPath: CONFIG_MAP,
    close: async () => {
      api.close();
      for (const server of servers.values()) await server.close();
      stored.close();
    },
  };
}

export type PlayedFleet = Awaited<ReturnType<typeof openPlayedFleet>>;

function connectionTo(server: { readonly name: string; readonly url: string } | undefined) {
  if (!server) throw new Error("the MemberCluster has no simulated member");
  const url = new URL(server.url);
  const access = { server: url, agent: keepAliveAgent(url, {}), headers: async () => ({}) };
  return httpConnection(server.name, access);
}

function lanesOf(
  run: TargetRef,
  next: Extract<Next, { readonly kind: "UpdateClusters" | "RemoveClusters" }>,
): readonly LaneInput[] {
  const { stage, round, inFlightOnly, slots = next.lanes } = next;
  const firstSlot = (lane: number) => Math.floor((lane * slots) / next.lanes);
  const work = next.kind === "UpdateClusters" ? "Update" : "Remove";
  return Array.from({ length: next.lanes }, (_, lane) => ({
    ...{ run, stage, round, inFlightOnly, work, lane },
    slots: firstSlot(lane + 1) - firstSlot(lane),
  }));
}

/** Events that reach an instance before it looks are one look. */
function unique(wakes: readonly Wake[]): readonly Wake[] {
  return [...new Map(wakes.map((wake) => [wake.instanceId, wake])).values()];
}
