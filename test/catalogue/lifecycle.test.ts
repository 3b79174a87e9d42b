import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Condition } from "../../src/api/meta.js";
import type { UpdateRunStatus } from "../../src/api/update-run.js";
import { restamp } from "../../src/rollout/restamp.js";
import { assembleStatus } from "../../src/rollout/run-status.js";
import { SCOPES } from "./support/scoped-kinds.js";
import { openStoredHub, type StoredHub } from "./support/stored-hub.js";

const TARGET_RUN = "kubernetes-fleet.io/targetUpdateRun";
const NOW = "2026-11-21T10:00:00Z";

const condition = (type: string, status: "True" | "False") => ({
  type,
  status,
  reason: "Said",
  message: "",
  observedGeneration: 1,
  lastTransitionTime: NOW,
});
const APPROVED = condition("Approved", "True");
const DECLINED = condition("Approved", "False");
const ACCEPTED = condition("ApprovalAccepted", "True");

describe.each(SCOPES)("%s", (scope) => {
  let hub: StoredHub;
  beforeAll(async () => {
    hub = await openStoredHub(scope);
  });
  afterAll(() => hub?.close());

  const statusOf = async (role: "run" | "request", name: string) =>
    (await hub.get(role, name)).status;

  describe("a run", () => {
    it("37 carries the finalizer that holds it while it is taken down", async () => {
      const run = await hub.startRun("held", "Initialize");
      expect(run.metadata.finalizers).toEqual(["kubernetes-fleet.io/stagedupdaterun-finalizer"]);
    });

    it("38 disappears when it is deleted, and what was kept of its progress with it", async () => {
      const { metadata } = await hub.startRun("plain", "Initialize");
      const rows = () => hub.deps.clusters.list(metadata.uid ?? "");
      expect(await rows()).toHaveLength(1);
      await hub.delete("run", "plain");
      await hub.deliver();
      expect(await statusOf("run", "plain")).toBe(404);
      expect(await rows()).toEqual([]);
    });

    it("40 disappears with its approval request although it still progresses", async () => {
      await hub.startRun("going");
      expect(await statusOf("request", "going-before-canary")).toBe(200);
      await hub.delete("run", "going");
      await hub.deliver();
      expect(await statusOf("run", "going")).toBe(404);
      expect(await statusOf("request", "going-before-canary")).toBe(404);
    });

    it("41 takes all requests with it that are labelled with it, and no others", async () => {
      await hub.startRun("many");
      const labelled = async (name: string, run: string) => {
        const spec = { parentStageRollout: run, targetStage: "canary" };
        await hub.create("request", name, spec, { labels: { [TARGET_RUN]: run } });
      };
      await labelled("another-of-many", "many");
      await labelled("of-some-other", "some-other");
      await hub.delete("run", "many");
      await hub.deliver();
      expect(await statusOf("request", "many-before-canary")).toBe(404);
      expect(await statusOf("request", "another-of-many")).toBe(404);
      expect(await statusOf("request", "of-some-other")).toBe(200);
    });

    it("49 records its strategy without the wait times of approvals, and with those of waits", async () => {
      const before = [{ type: "Approval", waitTime: "5m" }];
      const after = [
        { type: "TimedWait", waitTime: "90s" },
        { type: "Approval", waitTime: "5m" },
      ];
      const stage = { name: "canary", labelSelector: {} };
      const stages = [{ ...stage, beforeStageTasks: before, afterStageTasks: after }];
      // The API refuses such tasks now: this one stands for a strategy of an older version.
      await hub.deps.store.create(
        hub.names.ref("strategy", "old"),
        hub.names.manifest("strategy", "old", { stages }),
      );
      await hub.startRun("recorded", "Initialize", "old");
      const { status } = (await hub.get("run", "recorded")).body;
      expect(status).toMatchObject({
        stagedUpdateStrategySnapshot: {
          stages: [
            {
              beforeStageTasks: [{ type: "Approval" }],
              afterStageTasks: [{ type: "TimedWait", waitTime: "1m30s" }, { type: "Approval" }],
            },
          ],
        },
      });
      expect(JSON.stringify(status)).not.toContain("5m");
    });

    it("50 has its conditions observed anew when its generation changes", async () => {
      await hub.startRun("stamped");
      await hub.api.patch(hub.names.path("run", "stamped"), { spec: { state: "Stop" } });
      await hub.deliver();
      const { metadata, status } = (await hub.get("run", "stamped")).body;
      expect(metadata.generation).toBe(2);
      const generations = JSON.stringify(status).match(/"observedGeneration":\d+/g) ?? [];
      expect(new Set(generations)).toEqual(new Set(['"observedGeneration":2']));
      expect(generations.length).toBeGreaterThan(2);
    });

    it("39 disappears with its approval request when it has failed", async () => {
      await hub.startRun("failed");
      await hub.delete("placement", "p");
      await hub.api.patch(`${hub.names.path("request", "failed-before-canary")}/status`, {
        status: { conditions: [APPROVED] },
      });
      await hub.deliver();
      const { status } = (await hub.get("run", "failed")).body as { status?: UpdateRunStatus };
      expect(status?.conditions?.find(({ type }) => type === "Succeeded")?.status).toBe("False");
      expect(await statusOf("request", "failed-before-canary")).toBe(200);
      await hub.delete("run", "failed");
      await hub.deliver();
      expect(await statusOf("run", "failed")).toBe(404);
      expect(await statusOf("request", "failed-before-canary")).toBe(404);
    });
  });

  describe("a write", () => {
    beforeAll(async () => {
      await hub.startRun("watched", "Initialize");
    });
    afterEach(async () => {
      await hub.delete("request", "r");
      hub.wakes();
    });

    const path = () => hub.names.path("request", "r");
    /** A request of the run `watched`, as a person or an earlier look has left it. */
    async function given(conditions: readonly Condition[], parentStageRollout = "watched") {
      const spec = { parentStageRollout, targetStage: "canary" };
      const uid = `uid-${hub.deps.newUid()}`;
      const object = {
        ...hub.names.manifest("request", "r", spec, { uid, generation: 1 }),
        status: { conditions: [...conditions] },
      };
      await hub.deps.store.create(hub.names.ref("request", "r"), object);
      hub.wakes();
    }
    const woken = () =>
      hub.wakes().map(({ orchestration, input }) => `${orchestration} ${input.name}`);

    it("42 to an object that is no approval request wakes no run, whatever it is called", async () => {
      const configMaps = "/api/v1/namespaces/team/configmaps";
      const metadata = { name: "watched-before-canary", labels: { [TARGET_RUN]: "watched" } };
      await hub.api.post(configMaps, { apiVersion: "v1", kind: "ConfigMap", metadata });
      await hub.api.patch(`${configMaps}/${metadata.name}`, { data: { approved: "yes" } });
      expect(woken().filter((wake) => wake.startsWith("updateRun"))).toEqual([]);
    });

    it.each([
      { what: "approved", write: () => setConditions([APPROVED]) },
      { what: "deleted", write: () => hub.delete("request", "r") },
    ])("43 wakes no run when the $what request names none", async ({ write }) => {
      await given([], "");
      await write();
      expect(woken()).toEqual([]);
    });

    const setConditions = (conditions: readonly Condition[]) =>
      hub.api.patch(`${path()}/status`, { status: { conditions } });

    it.each([
      { number: 44, from: "undecided", before: [], to: "approved", after: [APPROVED] },
      { number: 44, from: "declined", before: [DECLINED], to: "approved", after: [APPROVED] },
      { number: 45, from: "approved", before: [APPROVED], to: "undecided", after: [] },
      { number: 45, from: "approved", before: [APPROVED], to: "declined", after: [DECLINED] },
    ])("$number wakes the run of a request that goes from $from to $to", async (entry) => {
      await given(entry.before);
      expect((await setConditions(entry.after)).status).toBe(200);
      expect(woken()).toEqual(["updateRun watched"]);
    });

    it.each([
      { what: "undecided", conditions: [] },
      { what: "approved", conditions: [APPROVED] },
      { what: "declined", conditions: [DECLINED] },
    ])("46 wakes no run when the request stays $what", async ({ conditions }) => {
      await given(conditions);
      await setConditions(conditions);
      await hub.api.patch(path(), { metadata: { labels: { seen: "yes" } } });
      expect(woken()).toEqual([]);
    });

    it("46 ours: wakes the run for any other condition, which does no harm", async () => {
      await given([]);
      await setConditions([condition("Seen", "True")]);
      expect(woken()).toEqual(["updateRun watched"]);
    });

    it.each([
      { number: "47", what: "undecided", conditions: [] },
      { number: "47", what: "approved", conditions: [APPROVED] },
      { number: "47", what: "declined", conditions: [DECLINED] },
    ])("$number wakes the run of an $what request that is deleted", async ({ conditions }) => {
      await given(conditions);
      await hub.delete("request", "r");
      expect(woken()).toEqual(["updateRun watched"]);
    });

    it.each([
      { what: "approved", conditions: [APPROVED, ACCEPTED] },
      { what: "declined", conditions: [DECLINED, ACCEPTED] },
    ])("48 wakes no run when an accepted request, $what, is deleted", async ({ conditions }) => {
      await given(conditions);
      await hub.delete("request", "r");
      expect(woken()).toEqual([]);
    });
  });
});

describe("the generation of a run's conditions", () => {
  const at = (observedGeneration: number): Condition => ({
    ...condition("Progressing", "True"),
    observedGeneration,
  });
  const task = (generation: number) => ({
    type: "Approval" as const,
    conditions: [at(generation)],
  });
  const stage = (parts: object) => ({ stageName: "canary", clusters: [], ...parts });

  it.each([
    { where: "the run", status: (n: number) => ({ conditions: [at(n)] }) },
    {
      where: "a stage",
      status: (n: number) => ({ stagesStatus: [stage({ conditions: [at(n)] })] }),
    },
    {
      where: "a task before a stage",
      status: (n: number) => ({ stagesStatus: [stage({ beforeStageTaskStatus: [task(n)] })] }),
    },
    {
      where: "a task after a stage",
      status: (n: number) => ({ stagesStatus: [stage({ afterStageTaskStatus: [task(n)] })] }),
    },
    {
      where: "the delete stage",
      status: (n: number) => ({ deletionStageStatus: stage({ conditions: [at(n)] }) }),
    },
    { where: "nothing, which is fine", status: () => ({}) },
  ])("50 is lifted on $where", ({ status }) => {
    expect(restamp(status(3), 4)).toEqual(status(4));
  });

  it("50 is lifted on a cluster, whose conditions are made of its row", () => {
    const initialized = { conditions: [{ ...at(3), type: "Initialized" }] };
    const status = { ...initialized, deletionStageStatus: stage({}) };
    const row = {
      clusterName: "m",
      stage: 0,
      index: 0,
      phase: "Succeeded",
      startedAt: NOW,
    } as const;
    const shown = assembleStatus(restamp(status, 4), [row], { metadata: { name: "placement" } });
    const generations = shown.deletionStageStatus?.clusters[0]?.conditions?.map(
      ({ observedGeneration }) => observedGeneration,
    );
    expect(generations).toEqual([4, 4]);
  });
});
