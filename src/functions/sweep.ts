import type { DurableClient } from "durable-functions";
import { Orchestration } from "../activities/contracts.js";
import { MemberClusterStatus } from "../api/member-cluster.js";
import type { KubeObject } from "../api/meta.js";
import { CLUSTER_GROUP, PLACEMENT_GROUP } from "../api/names.js";
import { UpdateRunStatus } from "../api/update-run.js";
import type { Wake } from "../registry/kind.js";
import type { ObjectStore } from "../storage/object-store.js";
import type { Wakeups } from "../storage/wakeups.js";
import { startOrWake } from "./durable-waker.js";

/** Delivers again what is pending: wakes whose event or start was lost in a crash. */
export async function sweepPending(client: DurableClient, wakeups: Wakeups): Promise<void> {
  for (const wake of await wakeups.list()) await startOrWake(client, wake);
}

/**
 * Wakes everything that is not at rest, whatever the marks say: once per start of a process, because storage that was
 * set back (a restored backup, an emulator that lost its last seconds) leaves finished instances behind.
 */
export async function sweepAll(
  client: DurableClient,
  wakeups: Wakeups,
  store: ObjectStore,
): Promise<void> {
  await sweepPending(client, wakeups);
  for (const wake of await unfinished(store)) await startOrWake(client, wake);
}

const RUNS = ["clusterstagedupdateruns", "stagedupdateruns"];
const PLACEMENTS = ["clusterresourceplacements", "resourceplacements"];
const OVERRIDES = ["clusterresourceoverrides", "resourceoverrides"];

async function unfinished(store: ObjectStore): Promise<readonly Wake[]> {
  const wakes: Wake[] = [];
  for (const resource of RUNS) {
    const { items } = await store.list({ group: PLACEMENT_GROUP, resource });
    wakes.push(...items.filter(needsWork).map(runWake));
  }
  for (const resource of PLACEMENTS) {
    const { items } = await store.list({ group: PLACEMENT_GROUP, resource });
    wakes.push(...items.map(placementWake));
  }
  for (const resource of OVERRIDES) {
    const { items } = await store.list({ group: PLACEMENT_GROUP, resource });
    wakes.push(...items.map((override) => wakeOf(override, Orchestration.syncOverride)));
  }
  const { items } = await store.list({ group: CLUSTER_GROUP, resource: "memberclusters" });
  wakes.push(...items.filter(isUnsettled).map(memberWake));
  return wakes;
}

/** A member that is leaving, has not joined yet, or did not answer when it was looked at last. */
function isUnsettled({ metadata, status }: KubeObject): boolean {
  const conditions = MemberClusterStatus.safeParse(status ?? {}).data?.conditions;
  const statusOf = (type: string) =>
    conditions?.find((condition) => condition.type === type)?.status;
  return (
    metadata.deletionTimestamp !== undefined ||
    statusOf("Joined") !== "True" ||
    statusOf("Healthy") === "False"
  );
}

function memberWake(member: KubeObject): Wake {
  const leaving = member.metadata.deletionTimestamp !== undefined;
  return wakeOf(member, Orchestration.syncMember, leaving ? "-delete" : "");
}

/** A run that is being deleted, has not begun, or has clusters in progress rows. */
function needsWork(run: KubeObject): boolean {
  return (
    run.metadata.deletionTimestamp !== undefined ||
    run.progress !== undefined ||
    !isInitialized(run)
  );
}

/** Decided, one way or the other: until then a run has no progress. */
function isInitialized(run: KubeObject): boolean {
  const { conditions = [] } = UpdateRunStatus.parse(run.status ?? {});
  return conditions.some(({ type, status }) => type === "Initialized" && status !== "Unknown");
}

function runWake(run: KubeObject): Wake {
  const deleting = run.metadata.deletionTimestamp !== undefined;
  return wakeOf(run, Orchestration.updateRun, deleting ? "-delete" : "");
}

function placementWake(placement: KubeObject): Wake {
  return placement.metadata.deletionTimestamp === undefined
    ? wakeOf(placement, Orchestration.syncPlacement)
    : wakeOf(placement, Orchestration.deletePlacement, "-delete");
}

function wakeOf(
  object: KubeObject,
  orchestration: Wake["orchestration"],
  suffix: "" | "-delete" = "",
): Wake {
  const uid = object.metadata.uid ?? "";
  const { name, namespace } = object.metadata;
  return {
    orchestration,
    instanceId: `${uid}${suffix}`,
    input: { kind: object.kind, name, uid, ...(namespace !== undefined && { namespace }) },
  };
}
