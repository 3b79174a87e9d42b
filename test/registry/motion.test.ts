import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSqliteObjectStore } from "../../local/simulated-members/sqlite-object-store.js";
import type { KubeObject } from "../../src/api/meta.js";
import { PLACEMENT_GROUP } from "../../src/api/names.js";
import type { Change } from "../../src/registry/kind.js";
import { objectMotion } from "../../src/registry/motion.js";
import { kindOf } from "./support/written.js";

let store: ReturnType<typeof openSqliteObjectStore>;
beforeEach(() => {
  store = openSqliteObjectStore(":memory:");
});
afterEach(() => store.close());

function object(
  kind: string,
  name: string,
  parts: Record<string, unknown> = {},
  metadata: Partial<KubeObject["metadata"]> = {},
): KubeObject {
  const { group, versions } = kindOf(kind);
  const apiVersion = [group, versions[0]].filter(Boolean).join("/");
  return { apiVersion, kind, metadata: { name, uid: `uid-${name}`, ...metadata }, ...parts };
}

/** What a write to the object's kind wakes, as `orchestration instanceId`. */
async function wakes(kind: string, change: Change): Promise<readonly string[]> {
  const woken = (await kindOf(kind).setsInMotion?.(change, store)) ?? [];
  return woken.map(({ orchestration, instanceId }) => `${orchestration} ${instanceId}`);
}

async function stored(created: KubeObject): Promise<KubeObject> {
  const { group, plural } = kindOf(created.kind);
  const { name, namespace } = created.metadata;
  return store.create({ group, resource: plural, namespace, name }, created);
}

const DELETING = { deletionTimestamp: "2026-11-21T10:00:00Z" };

describe("writes to a run", () => {
  const run = (parts: Record<string, unknown> = {}, metadata = {}) =>
    object("ClusterStagedUpdateRun", "run", { spec: { state: "Initialize" }, ...parts }, metadata);

  it.each([
    { behaviour: "a new run is looked at", change: { after: run() }, woken: ["updateRun uid-run"] },
    {
      behaviour: "a run whose state changes is looked at",
      change: { before: run(), after: run({ spec: { state: "Run" } }) },
      woken: ["updateRun uid-run"],
    },
    {
      behaviour: "a run that is being deleted is taken down by an instance of its own",
      change: { before: run(), after: run({}, DELETING) },
      woken: ["updateRun uid-run-delete"],
    },
    {
      behaviour: "a new label is no reason to look",
      change: { before: run(), after: run({}, { labels: { a: "b" } }) },
      woken: [],
    },
    {
      behaviour: "a status is no reason to look",
      change: { before: run(), after: run({ status: { conditions: [] } }) },
      woken: [],
    },
  ])("$behaviour", async ({ change, woken }) => {
    expect(await wakes("ClusterStagedUpdateRun", change)).toEqual(woken);
  });

  it.each([
    { behaviour: "a stop wakes the lanes as well", states: ["Run", "Stop"], lanes: true },
    { behaviour: "so does a resume", states: ["Stop", "Run"], lanes: true },
    {
      behaviour: "a word about its soak lets them sleep",
      states: ["Run", "Run"],
      lanes: undefined,
    },
  ])("$behaviour", async ({ states, lanes }) => {
    const [before, after] = states.map((state, write) =>
      run({ spec: { state } }, { annotations: { "stagecoach.dev/soak": `${write}` } }),
    );
    const change = { before, after };
    const woken = await kindOf("ClusterStagedUpdateRun").setsInMotion?.(change, store);
    expect(woken?.map((wake) => wake.lanes)).toEqual([lanes]);
  });

  it("say which run it is", async () => {
    const namespaced = object("StagedUpdateRun", "run", { spec: {} }, { namespace: "team" });
    const [wake] =
      (await kindOf("StagedUpdateRun").setsInMotion?.({ after: namespaced }, store)) ?? [];
    expect(wake?.input).toEqual({
      kind: "StagedUpdateRun",
      namespace: "team",
      name: "run",
      uid: "uid-run",
    });
  });
});

describe("writes that may end the runs of a placement", () => {
  const placed = (strategy: unknown, metadata = {}) =>
    object("ClusterResourcePlacement", "web", { spec: { strategy } }, metadata);
  const external = { type: "External" };

  beforeEach(async () => {
    const spec = { placementName: "web" };
    const conditions = (type: string, status: string) => ({
      status: { conditions: [{ type, status }] },
    });
    for (const [name, parts] of Object.entries({
      waiting: { spec, ...conditions("Progressing", "False") },
      done: { spec, ...conditions("Succeeded", "True") },
      refused: { spec, ...conditions("Initialized", "False") },
      other: { spec: { placementName: "other" } },
    })) {
      await stored(object("ClusterStagedUpdateRun", name, parts));
    }
  });

  it.each([
    {
      behaviour: "its deletion",
      after: placed(external, DELETING),
      woken: ["deletePlacement uid-web-delete", "syncPlacement uid-web", "updateRun uid-waiting"],
    },
    {
      behaviour: "another way to roll out",
      after: placed({ type: "RollingUpdate" }),
      woken: ["syncPlacement uid-web", "updateRun uid-waiting"],
    },
    {
      behaviour: "a label",
      after: placed(external, { labels: { a: "b" } }),
      woken: [],
    },
  ])("$behaviour wakes those that are not finished", async ({ after, woken }) => {
    const change = { before: placed(external), after };
    expect(await wakes("ClusterResourcePlacement", change)).toEqual(woken);
  });
});

describe("writes to an approval request", () => {
  const request = (parts: Record<string, unknown> = {}) =>
    object("ClusterApprovalRequest", "run-after-canary", {
      spec: { parentStageRollout: "run", targetStage: "canary" },
      ...parts,
    });
  const approved = request({ status: { conditions: [{ type: "Approved", status: "True" }] } });

  it.each([
    {
      behaviour: "wake its run when it is approved",
      change: { before: request(), after: approved },
    },
    { behaviour: "wake its run when it is created", change: { after: request() } },
    { behaviour: "wake its run when it is deleted", change: { before: request() } },
  ])("$behaviour", async ({ change }) => {
    await stored(object("ClusterStagedUpdateRun", "run", { spec: {} }));
    expect(await wakes("ClusterApprovalRequest", change)).toEqual(["updateRun uid-run"]);
  });

  it("wake the run of their own namespace, not its namesakes elsewhere", async () => {
    for (const namespace of ["team", "other"]) {
      const uid = `uid-${namespace}`;
      await store.create(
        { group: PLACEMENT_GROUP, resource: "stagedupdateruns", namespace, name: "run" },
        object("StagedUpdateRun", "run", { spec: {} }, { namespace, uid }),
      );
    }
    await stored(object("ClusterStagedUpdateRun", "run", { spec: {} }));
    const namespaced = object(
      "ApprovalRequest",
      "run-after-canary",
      { spec: { parentStageRollout: "run", targetStage: "canary" } },
      { namespace: "team" },
    );
    expect(await wakes("ApprovalRequest", { after: namespaced })).toEqual(["updateRun uid-team"]);
  });

  it("wake nothing when nothing of it changes", async () => {
    await stored(object("ClusterStagedUpdateRun", "run", { spec: {} }));
    const relabelled = { ...request(), metadata: { ...request().metadata, labels: { a: "b" } } };
    expect(await wakes("ClusterApprovalRequest", { before: request(), after: relabelled })).toEqual(
      [],
    );
  });

  it("wake nothing when there is no such run", async () => {
    expect(await wakes("ClusterApprovalRequest", { after: request() })).toEqual([]);
  });
});

function placement(
  name: string,
  selectors: readonly Record<string, unknown>[],
  metadata: Partial<KubeObject["metadata"]> = {},
): KubeObject {
  const resourceSelectors = selectors.map((selector) => ({
    group: "",
    version: "v1",
    ...selector,
  }));
  return object("ClusterResourcePlacement", name, { spec: { resourceSelectors } }, metadata);
}

const ofNamespace = (name: string) => [{ kind: "Namespace", name }];

describe("writes to a placement", () => {
  const before = placement("p", ofNamespace("a"));

  it.each([
    {
      behaviour: "sync it when it is new",
      change: { after: before },
      woken: ["syncPlacement uid-p"],
    },
    {
      behaviour: "sync it when its spec changes",
      change: { before, after: placement("p", ofNamespace("b")) },
      woken: ["syncPlacement uid-p"],
    },
    {
      behaviour: "take it down when it is deleted",
      change: { before, after: placement("p", ofNamespace("a"), DELETING) },
      woken: ["deletePlacement uid-p-delete", "syncPlacement uid-p"],
    },
    {
      behaviour: "do nothing when only its status changes",
      change: { before, after: { ...before, status: {} } },
      woken: [],
    },
    {
      behaviour: "sync it when somebody else decides about its content",
      change: {
        before: placement("p", ofNamespace("a"), {
          annotations: { "stagecoach.dev/snapshot-source": "Pushed" },
        }),
        after: placement("p", ofNamespace("a")),
      },
      woken: ["syncPlacement uid-p"],
    },
    {
      behaviour: "sync it when it is to be looked for drift otherwise",
      change: {
        before: placement("p", ofNamespace("a")),
        after: placement("p", ofNamespace("a"), {
          annotations: { "stagecoach.dev/drift-check": "10m" },
        }),
      },
      woken: ["syncPlacement uid-p"],
    },
    {
      behaviour: "do nothing when a finalizer goes while it is deleted",
      change: {
        before: placement("p", ofNamespace("a"), { ...DELETING, finalizers: ["a", "b"] }),
        after: placement("p", ofNamespace("a"), { ...DELETING, finalizers: ["b"] }),
      },
      woken: [],
    },
  ])("$behaviour", async ({ change, woken }) => {
    expect(await wakes("ClusterResourcePlacement", change)).toEqual(woken);
  });
});

describe("writes to a member", () => {
  const member = (labels: Record<string, string>, parts = {}) =>
    object("MemberCluster", "member1", { spec: {}, ...parts }, { labels });

  beforeEach(async () => {
    await stored(placement("p", ofNamespace("a")));
    await stored(placement("q", ofNamespace("b")));
    await stored(placement("going", ofNamespace("c"), DELETING));
  });

  const all = ["syncPlacement uid-p", "syncPlacement uid-q"];
  const reached = (context: string, more = {}) =>
    member({}, { spec: { kubeconfig: { context }, ...more } });
  const taints = [{ key: "k", effect: "NoSchedule" }];

  it.each([
    {
      behaviour: "look at it and sync every placement when it is registered",
      change: { after: member({}) },
      woken: ["syncMember uid-member1", ...all],
    },
    {
      behaviour: "let it leave, by an instance of its own, and sync every placement",
      change: {
        before: member({}),
        after: object("MemberCluster", "member1", { spec: {} }, { labels: {}, ...DELETING }),
      },
      woken: ["syncMember uid-member1-delete", ...all],
    },
    {
      behaviour: "sync every placement when it is gone",
      change: { before: member({}) },
      woken: all,
    },
    {
      behaviour: "sync every placement when its labels change",
      change: { before: member({}), after: member({ environment: "canary" }) },
      woken: all,
    },
    {
      behaviour: "sync every placement when its taints change",
      change: { before: reached("a"), after: reached("a", { taints }) },
      woken: all,
    },
    {
      behaviour: "look at it and sync every placement when it is reached in another way",
      change: { before: reached("a"), after: reached("b") },
      woken: ["syncMember uid-member1", ...all],
    },
  ])("$behaviour", async ({ change, woken }) => {
    expect(await wakes("MemberCluster", change)).toEqual(woken);
  });

  const healthy = (status: string, lastTransitionTime = "2026-11-21T10:00:00Z") => ({
    type: "Healthy",
    status,
    lastTransitionTime,
    reason: "Seen",
    message: "",
  });
  const nodes = (value: string, observationTime = "2026-11-21T10:00:00Z") => ({
    properties: { "kubernetes-fleet.io/node-count": { value, observationTime } },
  });
  const heard = (lastReceivedHeartbeat: string) => ({
    agentStatus: [{ type: "MemberAgent", lastReceivedHeartbeat }],
  });

  it.each([
    { what: "its health", before: { conditions: [healthy("False")] }, after: {} },
    { what: "a property", before: nodes("3"), after: nodes("4") },
    {
      what: "an amount",
      before: { resourceUsage: { available: { cpu: "1" } } },
      after: { resourceUsage: { available: { cpu: "2" } } },
    },
    {
      what: "its agent's silence, by ending",
      before: heard("2026-11-21T10:00:00Z"),
      after: heard("2026-11-21T10:05:01Z"),
    },
  ])("sync every placement when $what changes", async ({ before, after }) => {
    const change = { before: member({}, { status: before }), after: member({}, { status: after }) };
    expect(await wakes("MemberCluster", change)).toEqual([
      "syncPlacement uid-p",
      "syncPlacement uid-q",
    ]);
  });

  it.each([
    { what: "what is empty", before: undefined, after: {} },
    {
      what: "the time of an observation",
      before: nodes("3"),
      after: nodes("3", "2026-11-21T11:00:00Z"),
    },
    {
      what: "the time of a transition",
      before: { conditions: [healthy("True")] },
      after: { conditions: [healthy("True", "2026-11-21T11:00:00Z")] },
    },
    {
      what: "the time of a regular report",
      before: heard("2026-11-21T10:00:00Z"),
      after: heard("2026-11-21T10:01:00Z"),
    },
  ])("do nothing when only $what changes", async ({ before, after }) => {
    const change = { before: member({}, { status: before }), after: member({}, { status: after }) };
    expect(await wakes("MemberCluster", change)).toEqual([]);
  });
});

describe("writes to objects that placements select", () => {
  const configMap = (parts: Record<string, unknown> = {}, metadata = {}) =>
    object("ConfigMap", "cm", { data: { key: "1" }, ...parts }, { namespace: "team", ...metadata });
  const namespace = (labels: Record<string, string> = {}) =>
    object("Namespace", "team", {}, { labels });
  const edited = { before: configMap(), after: configMap({ data: { key: "2" } }) };

  it.each([
    { behaviour: "a namespace by name", selectors: ofNamespace("team") },
    { behaviour: "all namespaces", selectors: [{ kind: "Namespace" }] },
    {
      behaviour: "a namespace by labels",
      selectors: [{ kind: "Namespace", labelSelector: { matchLabels: { tier: "web" } } }],
    },
  ])("sync a placement that selects $behaviour", async ({ selectors }) => {
    await stored(namespace({ tier: "web" }));
    await stored(placement("p", selectors));
    expect(await wakes("ConfigMap", edited)).toEqual(["syncPlacement uid-p"]);
  });

  it.each([
    { behaviour: "another namespace", selectors: ofNamespace("other") },
    {
      behaviour: "the namespace without its contents",
      selectors: [{ kind: "Namespace", name: "team", selectionScope: "NamespaceOnly" }],
    },
    {
      behaviour: "namespaces with other labels",
      selectors: [{ kind: "Namespace", labelSelector: { matchLabels: { tier: "db" } } }],
    },
  ])("do not sync a placement that selects $behaviour", async ({ selectors }) => {
    await stored(namespace({ tier: "web" }));
    await stored(placement("p", selectors));
    expect(await wakes("ConfigMap", edited)).toEqual([]);
  });

  it("sync a placement whose namespace loses the label that it selects", async () => {
    const selectors = [{ kind: "Namespace", labelSelector: { matchLabels: { tier: "web" } } }];
    await stored(placement("p", selectors));
    const change = { before: namespace({ tier: "web" }), after: namespace() };
    expect(await wakes("Namespace", change)).toEqual(["syncPlacement uid-p"]);
  });

  it.each([
    { behaviour: "only its status changes", after: configMap({ status: {} }) },
    {
      behaviour: "only its bookkeeping changes",
      after: configMap({}, { managedFields: [{ manager: "x" }], resourceVersion: "9" }),
    },
  ])("sync nothing when $behaviour", async ({ after }) => {
    await stored(placement("p", ofNamespace("team")));
    expect(await wakes("ConfigMap", { before: configMap(), after })).toEqual([]);
  });

  it("sync nothing because of an event", async () => {
    await stored(placement("p", ofNamespace("team")));
    const event = object("Event", "e", {}, { namespace: "team" });
    expect(await wakes("Event", { after: event })).toEqual([]);
  });

  it("sync a namespaced placement of the same namespace only", async () => {
    const resourceSelectors = [{ group: "", version: "v1", kind: "ConfigMap", name: "cm" }];
    for (const namespace of ["team", "other"]) {
      const uid = `uid-${namespace}`;
      await store.create(
        { group: PLACEMENT_GROUP, resource: "resourceplacements", namespace, name: "p" },
        object("ResourcePlacement", "p", { spec: { resourceSelectors } }, { namespace, uid }),
      );
    }
    const motion = objectMotion(["Cluster", "Namespaced"]);
    const woken = await motion(edited, store);
    expect(woken.map(({ instanceId, input }) => [instanceId, input.namespace])).toEqual([
      ["uid-team", "team"],
    ]);
  });
});

describe("writes to the copy of a placement's status", () => {
  const ownerReferences = [
    { apiVersion: "v1", kind: "ClusterResourcePlacement", name: "p", uid: "uid-p" },
  ];
  const copy = object(
    "ClusterResourcePlacementStatus",
    "p",
    {},
    { namespace: "team", ownerReferences },
  );

  it.each([
    { behaviour: "deleted", change: { before: copy } },
    { behaviour: "changed", change: { before: copy, after: { ...copy, sourceStatus: {} } } },
  ])("sync the placement when it is $behaviour, which puts it right", async ({ change }) => {
    expect(await wakes("ClusterResourcePlacementStatus", change)).toEqual(["syncPlacement uid-p"]);
  });

  it("wake nothing when nobody owns it", async () => {
    const free = object("ClusterResourcePlacementStatus", "p", {}, { namespace: "team" });
    expect(await wakes("ClusterResourcePlacementStatus", { after: free })).toEqual([]);
  });
});
