import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { UpdateRunStatus } from "../../src/api/update-run.js";
import { conditionOf } from "../../src/placement/conditions.js";
import { SCOPES } from "./support/scoped-kinds.js";
import { openStoredHub, type StoredHub } from "./support/stored-hub.js";

const APPROVED = { type: "Approved", status: "True", reason: "lgtm", message: "lgtm" };
const LABELS = "kubernetes-fleet.io";

describe.each(SCOPES)("%s, approvals", (scope) => {
  let hub: StoredHub;
  beforeAll(async () => {
    hub = await openStoredHub(scope);
  });
  afterAll(() => hub?.close());

  const request = (run: string) => `${run}-before-canary`;
  const statusOf = async (run: string) =>
    (await hub.get("run", run)).body.status as UpdateRunStatus;
  const progressing = async (run: string) =>
    conditionOf((await statusOf(run)).conditions, "Progressing");
  const requestConditions = async (run: string): Promise<Record<string, string>> => {
    const { status } = (await hub.get("request", request(run))).body;
    const { conditions = [] } = (status ?? {}) as UpdateRunStatus;
    return Object.fromEntries(conditions.map(({ type, status }) => [type, status]));
  };
  async function decide(run: string, conditions: readonly object[]): Promise<void> {
    const path = `${hub.names.path("request", request(run))}/status`;
    expect((await hub.api.patch(path, { status: { conditions } })).status).toBe(200);
    await hub.deliver();
  }
  const setState = async (run: string, state: string) => {
    await hub.api.patch(hub.names.path("run", run), { spec: { state } });
    await hub.deliver();
  };
  const started = async (run: string) =>
    (await statusOf(run)).stagesStatus?.[0]?.startTime !== undefined;

  it("111, 147 a run that reaches the task waits, and the request has its labels and spec", async () => {
    await hub.startRun("reached");
    const { body } = await hub.get("request", request("reached"));
    expect(body).toMatchObject({
      kind: hub.names.kind("request"),
      metadata: {
        labels: {
          [`${LABELS}/isLatestUpdateRunApproval`]: "true",
          [`${LABELS}/targetUpdateRun`]: "reached",
          [`${LABELS}/targetUpdatingStage`]: "canary",
          [`${LABELS}/taskType`]: "beforeStage",
        },
      },
      spec: { parentStageRollout: "reached", targetStage: "canary" },
    });
    expect(await progressing("reached")).toMatchObject({ reason: "UpdateRunWaiting" });
    expect(await started("reached")).toBe(false);
  });

  it("112 an approved request is accepted, its task is approved and the stage starts", async () => {
    await hub.startRun("approved");
    await decide("approved", [APPROVED]);
    expect(await requestConditions("approved")).toEqual({
      Approved: "True",
      ApprovalAccepted: "True",
    });
    const [task] = (await statusOf("approved")).stagesStatus?.[0]?.beforeStageTaskStatus ?? [];
    expect(conditionOf(task?.conditions, "ApprovalRequestApproved")).toMatchObject({
      status: "True",
      message: "ApprovalRequest object is approved by tester (tester/1.0)",
    });
    expect(await started("approved")).toBe(true);
  });

  it("130 a request that is deleted before it is approved is made again, undecided", async () => {
    await hub.startRun("deleted");
    const { uid } = (await hub.get("request", request("deleted"))).body.metadata;
    await hub.delete("request", request("deleted"));
    await hub.deliver();
    const { body } = await hub.get("request", request("deleted"));
    expect(body.metadata.uid).not.toBe(uid);
    expect(await requestConditions("deleted")).toEqual({});
  });

  it("131 a request that is deleted after it was accepted is not made again", async () => {
    await hub.startRun("settled");
    await decide("settled", [APPROVED]);
    await hub.delete("request", request("settled"));
    await hub.deliver();
    expect((await hub.get("request", request("settled"))).status).toBe(404);
  });

  it.each([
    { what: "another run", spec: { parentStageRollout: "other", targetStage: "canary" } },
    { what: "another stage", spec: { parentStageRollout: "", targetStage: "prod" } },
  ])("145 a request of that name that is for $what ends the run", async ({ what, spec }) => {
    const name = `foreign-${what.split(" ")[1]}`;
    const parentStageRollout = spec.parentStageRollout || name;
    await hub.create("request", request(name), { ...spec, parentStageRollout });
    await hub.startRun(name);
    const succeeded = conditionOf((await statusOf(name)).conditions, "Succeeded");
    expect(succeeded?.status).toBe("False");
    const key = (object: string) => `\`${scope === "Cluster" ? "" : "team"}/${object}\``;
    expect(succeeded?.message).toBe(
      `cannot continue the updateRun: unexpected behavior which cannot be handled by the controller: the approval request task ${key(request(name))} is targeting update run ${key(parentStageRollout)} and stage \`${spec.targetStage}\`, want target update run ${key(name)} and stage \`canary\``,
    );
  });

  it("149, 150 an approval of a stopped run is accepted when the run is resumed", async () => {
    await hub.startRun("stopped");
    await setState("stopped", "Stop");
    await decide("stopped", [APPROVED]);
    expect(await requestConditions("stopped")).toEqual({ Approved: "True" });
    expect(await started("stopped")).toBe(false);
    await setState("stopped", "Run");
    expect(await requestConditions("stopped")).toEqual({
      Approved: "True",
      ApprovalAccepted: "True",
    });
    expect(await started("stopped")).toBe(true);
  });

  describe("beyond KubeFleet", () => {
    const refused = { type: "Approved", status: "False", reason: "TooEarly", message: "not today" };

    it("a refusal stops the run, which says who, why and what resumes it; approving resumes", async () => {
      await hub.startRun("refused");
      await decide("refused", [refused]);
      const condition = await progressing("refused");
      expect(condition).toMatchObject({ status: "False", reason: "UpdateRunApprovalRefused" });
      expect(condition?.message).toMatch(
        /^The update run has been stopped: \w+ refused-before-canary was refused by tester \(tester\/1\.0\) at .*: TooEarly: not today\. To go on, approve it: kubectl patch .*approvalrequest refused-before-canary --subresource=status/,
      );
      await decide("refused", [APPROVED]);
      expect(await progressing("refused")).toMatchObject({ reason: "UpdateRunProgressing" });
    });

    it("a refusal that is withdrawn leaves the run waiting", async () => {
      await hub.startRun("reconsidered");
      await decide("reconsidered", [refused]);
      await decide("reconsidered", []);
      expect(await progressing("reconsidered")).toMatchObject({ reason: "UpdateRunWaiting" });
    });

    it("an approval that is withdrawn while the run is stopped is no approval", async () => {
      await hub.startRun("withdrawn");
      await setState("withdrawn", "Stop");
      await decide("withdrawn", [APPROVED]);
      await decide("withdrawn", []);
      await setState("withdrawn", "Run");
      expect(await progressing("withdrawn")).toMatchObject({ reason: "UpdateRunWaiting" });
      expect(await started("withdrawn")).toBe(false);
    });

    it("a request that is made and approved early is taken when the stage is reached", async () => {
      const spec = { parentStageRollout: "early", targetStage: "canary" };
      await hub.create("request", request("early"), spec);
      await decide("early", [APPROVED]);
      await hub.startRun("early");
      expect(await requestConditions("early")).toMatchObject({ ApprovalAccepted: "True" });
      expect(await started("early")).toBe(true);
    });

    it("approving twice, and refusing too late, change nothing any more", async () => {
      await hub.startRun("twice");
      const post = (verb: string) =>
        hub.api.post(`${hub.names.path("request", request("twice"))}/${verb}`, undefined);
      expect((await post("approve")).status).toBe(200);
      await hub.deliver();
      const { body } = await hub.get("request", request("twice"));
      expect((await post("approve")).status).toBe(200);
      const late = await post("reject");
      expect(late.status).toBe(409);
      expect(late.text).toContain("has been approved and cannot be reverted");
      await hub.deliver();
      expect((await hub.get("request", request("twice"))).body).toEqual(body);
    });

    it("a request tells what is approved: clusters, snapshots and what differs between them", async () => {
      await hub.startRun("told");
      const { body } = await hub.get("request", request("told"));
      expect(body.status).toMatchObject({
        summary: {
          progress: "0/1",
          clustersDone: { count: 0 },
          clustersToCome: { count: 1, names: ["member1"] },
          changes: [{ to: expect.any(String), clusters: 1, added: { count: expect.any(Number) } }],
        },
      });
      const refreshed = { ...body, metadata: expect.anything(), status: body.status };
      await hub.api.patch(hub.names.path("request", request("told")), {
        metadata: { labels: { seen: "yes" } },
      });
      await setState("told", "Run");
      expect((await hub.get("request", request("told"))).body).toEqual(refreshed);
    });

    it("events tell each milestone of a run and of its request, once", async () => {
      const eventsOf = async (name: string) => {
        const selector = `fieldSelector=involvedObject.name=${name}`;
        const { body } = await hub.api.get(`/api/v1/events?${selector}`);
        const items = body.items as { reason: string; count: number }[];
        return items.map(({ reason, count }) => `${reason} ${count}`).sort();
      };
      await hub.startRun("events");
      await decide("events", [refused]);
      await decide("events", [APPROVED]);
      expect(await eventsOf("events")).toEqual([
        "StageStarted 1",
        "StageWaiting 1",
        "UpdateRunApprovalRefused 1",
        "UpdateRunInitializedSuccessfully 1",
        "UpdateRunResumed 1",
        "UpdateRunStarted 1",
      ]);
      expect(await eventsOf(request("events"))).toEqual([
        "ApprovalAccepted 1",
        "ApprovalRefused 1",
        "ApprovalRequested 1",
      ]);
      expect(await eventsOf("p")).toEqual(["PlacementScheduled 1", "ResourceSnapshotCreated 1"]);
    });

    it("rejecting by POST is a refusal with the words of the body", async () => {
      await hub.startRun("rejected");
      const path = `${hub.names.path("request", request("rejected"))}/reject`;
      await hub.api.post(path, { reason: "ErrorBudget", message: "spent" });
      await hub.deliver();
      expect((await progressing("rejected"))?.message).toContain("ErrorBudget: spent");
    });
  });
});
