import { randomUUID } from "node:crypto";
import { app, type HttpRequest, type InvocationContext } from "@azure/functions";
import * as df from "durable-functions";
import type { z } from "zod";
import { parseAccessSetting } from "./access/access-setting.js";
import { fleetAuthorizer } from "./access/fleet-authorizer.js";
import { chooseDoor } from "./access/fleet-caller.js";
import { makeAdvanceRun } from "./activities/advance-run.js";
import { announceRunState } from "./activities/announce-run-state.js";
import { makeCheckStage } from "./activities/check-stage.js";
import {
  Activity,
  CheckStageInput,
  LaneInput,
  Orchestration,
  RemovePlacementInput,
  RolloutLaneInput,
  TargetRef,
} from "./activities/contracts.js";
import {
  makeFinishPlacementDeletion,
  makeListPlacedMembers,
  makeRemovePlacement,
} from "./activities/delete-placement.js";
import type { Dependencies, Waker } from "./activities/dependencies.js";
import { makeDiscoverMembers } from "./activities/discover-members.js";
import { AuditExpiry } from "./activities/expire-audit.js";
import { EventExpiry } from "./activities/expire-events.js";
import { makeLaneTools } from "./activities/lane-tools.js";
import { observedMembers } from "./activities/observed-members.js";
import { makePushSnapshot } from "./activities/push-snapshot.js";
import { makeRemoveNextCluster } from "./activities/remove-next-cluster.js";
import { makeRollOutNextCluster } from "./activities/roll-out-next-cluster.js";
import { makeSyncMember } from "./activities/sync-member.js";
import { makeSyncOverride } from "./activities/sync-override.js";
import { makeSyncPlacement } from "./activities/sync-placement.js";
import { makeUpdateNextCluster } from "./activities/update-next-cluster.js";
import { CLUSTER_GROUP } from "./api/names.js";
import { createApiServer } from "./apiserver/api-server.js";
import { KnownCluster, MEMBER_ENDPOINTS_TABLE } from "./clusters/aks/known-clusters.js";
import { azureCredential } from "./clusters/azure-credential.js";
import { membersByWay } from "./clusters/members-by-way.js";
import { clusterGraph } from "./clusters/resource-graph.js";
import { loadConfig } from "./config.js";
import { Announcements } from "./functions/announcements.js";
import { discoverAgain, prepareDiscovery } from "./functions/discovery.js";
import { durableWaker } from "./functions/durable-waker.js";
import { serveHttp } from "./functions/http-api.js";
import { sweepAll, sweepPending } from "./functions/sweep.js";
import { ofLane, requestMotion } from "./functions/waking-lanes.js";
import { deletePlacement } from "./orchestrations/delete-placement.js";
import { discoverMembers } from "./orchestrations/discover-members.js";
import { rolloutLane } from "./orchestrations/rollout-lane.js";
import { syncMember } from "./orchestrations/sync-member.js";
import { syncOverride } from "./orchestrations/sync-override.js";
import { syncPlacement } from "./orchestrations/sync-placement.js";
import { updateLane } from "./orchestrations/update-lane.js";
import { updateRun } from "./orchestrations/update-run.js";
import { serveHubKinds } from "./registry/kinds.js";
import { CLUSTER_PROGRESS_TABLE, withRunStatus } from "./registry/run-status.js";
import { ClusterProgress } from "./rollout/cluster-progress.js";
import { connectStorage } from "./storage/connect-storage.js";
import { INVENTORY_TABLE, Inventory } from "./storage/inventory.js";
import { withRecentLists } from "./storage/recent-lists.js";
import { withRecentObjects } from "./storage/recent-objects.js";
import { SharedCalls } from "./storage/shared-calls.js";
import { makeWakeups, PendingWake, WAKEUPS_TABLE } from "./storage/wakeups.js";

/** How old a member may be that is only looked up, and a snapshot that lanes bring. */
const RECENT_MEMBER_MS = 5000;
const RECENT_SNAPSHOT_MS = 30_000;

const config = loadConfig();
const { fleet } = config;
const storage = connectStorage(config.storage);
const credential = azureCredential(config.azure.clientId);
const now = () => new Date();
const clusters = withRecentLists(
  storage.documents(CLUSTER_PROGRESS_TABLE, ClusterProgress),
  Date.now,
);
const served = serveHubKinds(
  {
    defaultRunState: config.defaultRunState,
    fourEyes: config.fourEyes,
    discovery: fleet !== undefined,
    // What is made for a request needs the dependencies, and those need the kinds.
    pushSnapshot: (...request) => pushSnapshot(...request),
  },
  withRunStatus(storage.objects, clusters, now, (...run) => announceRunState(deps, ...run)),
);
const announcements = new Announcements();
const wakeups = makeWakeups(storage.documents(WAKEUPS_TABLE, PendingWake));

const store = withRecentObjects(
  storage.rows,
  ({ group, resource }) => group === CLUSTER_GROUP && resource === "memberclusters",
  RECENT_MEMBER_MS,
  Date.now,
);
const members = membersByWay({
  kubeconfig: config.memberKubeconfig,
  credential,
  resourceManagerEndpoint: config.azure.resourceManagerEndpoint,
  rows: storage.documents(MEMBER_ENDPOINTS_TABLE, KnownCluster),
  now,
});

const deps: Dependencies = {
  store,
  snapshots: storage.objects,
  contents: storage.contents,
  clusters,
  inventory: storage.documents(INVENTORY_TABLE, Inventory),
  wakeups,
  members: observedMembers(members, { store, wakeups, now }),
  kinds: served.kinds,
  now,
  newUid: randomUUID,
  announce: announcements.announce,
  availabilityWaitMs: 50_000,
  soakCheckMs: config.soakCheckMs,
  driftCheckMs: config.driftCheckMs,
};
const pushSnapshot = makePushSnapshot(deps);
const wakeCalls = new SharedCalls();
const expiry = new EventExpiry(deps);
const auditExpiry = new AuditExpiry(storage.audit, config.auditRetentionDays, deps.now);
/** A snapshot's content does not change: all lanes of a run bring the same. */
const laneSnapshots = withRecentObjects(
  storage.objects,
  ({ resource }) => resource === "clusterresourcesnapshots" || resource === "resourcesnapshots",
  RECENT_SNAPSHOT_MS,
  Date.now,
);
const laneTools = makeLaneTools({ ...deps, snapshots: laneSnapshots });
const door = chooseDoor(config.surroundings);
const server = createApiServer({
  kinds: served.kinds,
  store: served.store,
  audit: { log: storage.audit, announce: announcements.announce },
  onUnexpected: announcements.complain,
  authorize: fleetAuthorizer(parseAccessSetting(config.accessSetting)),
});

/** Tables exist before anything uses them; and what a crash left undone is woken, once per process. */
let ready: Promise<void> | undefined;
function prepare(client: df.DurableClient): Promise<void> {
  if (ready) return ready;
  const attempt = makeReady(client);
  // Whoever waits for it reports the error; the next invocation tries again.
  attempt.catch(() => {
    ready = undefined;
  });
  ready = attempt;
  return attempt;
}

async function makeReady(client: df.DurableClient): Promise<void> {
  await storage.prepare();
  await sweepAll(client, wakeups, deps.store);
  if (fleet !== undefined) await prepareDiscovery(client, deps, fleet);
}

app.setup({ enableHttpStream: true });

// Functions are routed in the order of their names: the catch-all has to come last.
app.http("zz-kubernetes-api", {
  route: "{*path}",
  methods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
  authLevel: "anonymous",
  extraInputs: [df.input.durableClient()],
  handler: async (request: HttpRequest, context: InvocationContext) => {
    const client = df.getClient(context);
    await prepare(client);
    const motion = requestMotion(client, deps, (message) => context.error(message));
    return announcements.during(context, () =>
      serveHttp({ server, door }, request, motion, context.traceContext),
    );
  },
});

app.timer("sweep", {
  schedule: "0 */5 * * * *",
  extraInputs: [df.input.durableClient()],
  handler: async (_timer, context) => {
    const client = df.getClient(context);
    await prepare(client);
    await sweepPending(client, wakeups);
    await expiry.collect();
    await auditExpiry.collect();
  },
});

if (fleet !== undefined) {
  app.timer("discover", {
    schedule: "0 */5 * * * *",
    extraInputs: [df.input.durableClient()],
    handler: async (_timer, context) => {
      const client = df.getClient(context);
      await prepare(client);
      await discoverAgain(client, deps, fleet);
    },
  });
}

df.app.orchestration(Orchestration.updateRun, updateRun);
df.app.orchestration(Orchestration.updateLane, updateLane);
df.app.orchestration(Orchestration.syncPlacement, syncPlacement);
df.app.orchestration(Orchestration.rolloutLane, rolloutLane);
df.app.orchestration(Orchestration.deletePlacement, deletePlacement);
df.app.orchestration(Orchestration.syncOverride, syncOverride);
df.app.orchestration(Orchestration.syncMember, syncMember);
df.app.orchestration(Orchestration.discoverMembers, discoverMembers);

activity(Activity.advanceRun, TargetRef, makeAdvanceRun(deps));
activity(Activity.updateNextCluster, LaneInput, ofLane(makeUpdateNextCluster(laneTools)));
activity(Activity.removeNextCluster, LaneInput, ofLane(makeRemoveNextCluster(laneTools)));
activity(Activity.checkStage, CheckStageInput, makeCheckStage(deps));
activity(Activity.syncPlacement, TargetRef, makeSyncPlacement(deps));
activity(
  Activity.rollOutNextCluster,
  RolloutLaneInput,
  makeRollOutNextCluster(deps, new SharedCalls()),
);
activity(Activity.listPlacedMembers, TargetRef, makeListPlacedMembers(deps));
activity(Activity.removePlacement, RemovePlacementInput, makeRemovePlacement(deps));
activity(Activity.finishPlacementDeletion, TargetRef, makeFinishPlacementDeletion(deps));
activity(Activity.syncOverride, TargetRef, makeSyncOverride(deps));
activity(Activity.syncMember, TargetRef, makeSyncMember(deps));
const graph = clusterGraph({ endpoint: config.azure.resourceManagerEndpoint, credential });
activity(Activity.discoverMembers, TargetRef, makeDiscoverMembers(deps, graph));

/** Registers an activity with its input checked and the means to wake instances. */
function activity<T>(
  name: string,
  schema: z.ZodType<T>,
  run: (input: T, waker: Waker, context: InvocationContext) => Promise<unknown>,
): void {
  df.app.activity(name, {
    extraInputs: [df.input.durableClient()],
    handler: async (input: unknown, context: InvocationContext) => {
      const waker = durableWaker(df.getClient(context), wakeups, wakeCalls, (message) =>
        context.error(message),
      );
      return announcements.during(context, () => run(schema.parse(input), waker, context));
    },
  });
}
