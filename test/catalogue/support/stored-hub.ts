import { expect } from "vitest";
import { makeAdvanceRun } from "../../../src/activities/advance-run.js";
import type { Dependencies } from "../../../src/activities/dependencies.js";
import { makeSyncPlacement } from "../../../src/activities/sync-placement.js";
import { MemberUnreachable } from "../../../src/clusters/member-connection.js";
import type { Wake } from "../../../src/registry/kind.js";
import { type KindOptions, serveHubKinds } from "../../../src/registry/kinds.js";
import { withRunStatus } from "../../../src/registry/run-status.js";
import { openTestApi } from "../../apiserver/support/test-api.js";
import { storedDependencies } from "../../support/activity-dependencies.js";
import { NAMESPACE, type Role, type Scope, scopedKinds, selectorsOf } from "./scoped-kinds.js";

/**
 * The hub's API over storage, with one member, a placement `p` on it and a strategy `s` whose only stage waits for an
 * approval before it begins. What writes set in motion is collected until it is delivered; no member is ever reached.
 */
export async function openStoredHub(scope: Scope, options: Partial<KindOptions> = {}) {
  const stored = await storedDependencies();
  const served = serveHubKinds(
    { defaultRunState: "Run", ...options },
    withRunStatus(stored.snapshots, stored.clusters, stored.now),
  );
  const deps: Dependencies = {
    ...stored,
    members: {
      connect: async () => {
        throw new MemberUnreachable("Misconfigured", "no member is reached here");
      },
    },
    kinds: served.kinds,
    availabilityWaitMs: 0,
    soakCheckMs: 60_000,
    driftCheckMs: 300_000,
  };
  const api = openTestApi({ kinds: served.kinds, store: served.store });
  const names = scopedKinds(scope);
  const advanceRun = makeAdvanceRun(deps);
  const syncPlacement = makeSyncPlacement(deps);

  const create = async (role: Role, name: string, spec: object, metadata: object = {}) => {
    const answer = await api.post(names.path(role), names.manifest(role, name, spec, metadata));
    expect(answer.status, answer.text).toBe(201);
    return answer.body;
  };

  /** What was set in motion since the last time, oldest first. */
  const wakes = (): readonly Wake[] => {
    const delivered = api.motion.filter(({ step }) => step === "wake");
    api.motion.length = 0;
    return delivered.flatMap((step) => step.wakes);
  };

  /** Lets everything look that was woken, as its orchestration would, until nothing wakes anything. */
  const deliver = async (): Promise<void> => {
    for (let left = wakes(); left.length > 0; left = wakes()) {
      for (const { orchestration, input } of left) {
        if (orchestration === "updateRun") await advanceRun(input);
        if (orchestration === "syncPlacement") await syncPlacement(input);
      }
    }
  };

  await names.prepare(api);
  const metadata = { name: "cm", namespace: NAMESPACE };
  const configMap = { apiVersion: "v1", kind: "ConfigMap", metadata, data: { key: "one" } };
  await api.post(`/api/v1/namespaces/${NAMESPACE}/configmaps`, configMap);
  await api.post("/apis/cluster.kubernetes-fleet.io/v1beta1/memberclusters", {
    apiVersion: "cluster.kubernetes-fleet.io/v1beta1",
    kind: "MemberCluster",
    metadata: { name: "member1", labels: { environment: "canary" } },
    spec: { kubeconfig: { context: "member1" } },
  });
  const resourceSelectors = selectorsOf(scope);
  await create("placement", "p", { resourceSelectors, strategy: { type: "External" } });
  const beforeStageTasks = [{ type: "Approval" }];
  const stages = [{ name: "canary", labelSelector: {}, beforeStageTasks }];
  await create("strategy", "s", { stages });
  await deliver();

  return {
    api,
    deps,
    names,
    create,
    wakes,
    deliver,
    startRun: async (name: string, state = "Run", strategy = "s") => {
      const spec = { placementName: "p", stagedRolloutStrategyName: strategy, state };
      const run = await create("run", name, spec);
      await deliver();
      return run;
    },
    get: (role: Role, name: string) => api.get(names.path(role, name)),
    delete: (role: Role, name: string) => api.delete(names.path(role, name)),
    close: () => {
      api.close();
      stored.close();
    },
  };
}

export type StoredHub = Awaited<ReturnType<typeof openStoredHub>>;
