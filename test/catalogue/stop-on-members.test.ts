import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { UpdateRunStatus } from "../../src/api/update-run.js";
import type { PlayedFleet } from "./support/played-fleet.js";
import {
  conditionIn,
  env,
  openStagedFleet,
  type RunOnFleet,
  told,
} from "./support/run-on-fleet.js";
import { SCOPES } from "./support/scoped-kinds.js";

/** The numbers are those of the behaviours that KubeFleet's own tests of stopping establish. */
const APPROVAL = { type: "Approval" };
const WAIT = { type: "TimedWait", waitTime: "1m" };
const staging = { name: "staging", ...env("staging") };
const canary = { name: "canary", ...env("canary") };
const fixed = (...clusterNames: string[]) => ({ placementType: "PickFixed", clusterNames });

const STOPPED = "Progressing False UpdateRunStopped";
const STAGE_STOPPED = "Progressing False StageUpdatingStopped";
const RUN_SUCCEEDED = ["Progressing False UpdateRunSucceeded", "Succeeded True UpdateRunSucceeded"];

describe.each(SCOPES)("%s: a run that is stopped on its members", (scope) => {
  let fleet: PlayedFleet;
  let run: RunOnFleet;

  beforeEach(async () => {
    run = await openStagedFleet(scope);
    fleet = run.fleet;
  });
  afterEach(() => fleet?.close());

  const runConditions = async () => told(await run.status());
  const states = async () => Object.values(await run.bindings()).map(({ spec }) => spec.state);
  const values = () => Promise.all(["a", "b", "c"].map((name) => fleet.valueOn(name)));
  const requestConditions = async (name: string) =>
    told((await fleet.get("request", name)).status as object);
  const later = (seconds: number) =>
    fleet.setTime(new Date(fleet.deps.now().getTime() + seconds * 1000).toISOString());

  /** Goes on until a cluster is where it is expected: what is applied needs a moment to become available. */
  const untilProgress = (stage: number, progress: readonly string[]) =>
    expect
      .poll(async () => {
        later(61);
        await fleet.look("r");
        return run.progress(stage);
      })
      .toEqual(progress);

  it("148, 149, 150: before a stage rests, accepts and writes nothing, and goes on when it is resumed", async () => {
    await run.prepare({ stages: [{ ...staging, beforeStageTasks: [APPROVAL] }, canary] });
    await run.start();
    await run.setState("Stop");
    expect(await runConditions()).toContain(STOPPED);
    expect(told(await run.stage(0))).toEqual([STAGE_STOPPED]);

    await run.approve("r-before-staging");
    expect(await requestConditions("r-before-staging")).toEqual([
      expect.stringMatching(/^Approved True/),
    ]);
    expect(await runConditions()).toContain(STOPPED);
    expect(await states()).toEqual(["Scheduled", "Scheduled", "Scheduled"]);
    expect(await values()).toEqual([undefined, undefined, undefined]);

    await run.setState("Run");
    expect(await requestConditions("r-before-staging")).toContain(
      "ApprovalAccepted True ApprovalRequestApprovalAccepted",
    );
    expect(await runConditions()).toEqual(expect.arrayContaining(RUN_SUCCEEDED));
    expect(await values()).toEqual(["one", "one", "one"]);
  });

  it("151, 152, 153: is stopping until the cluster in flight is updated, begins no other, and goes on", async () => {
    const selectors = await deployment();
    await run.prepare({ stages: [{ name: "all", labelSelector: {} }], selectors });
    await fleet.member("b")?.setFaults({ neverAvailable: true });
    await run.start();
    await untilProgress(0, ["a Succeeded", "b Started", "c"]);
    await run.setState("Stop");
    for (const seconds of [0, 61, 61]) {
      later(seconds);
      await fleet.look("r");
      expect(await runConditions()).toContain("Progressing Unknown UpdateRunStopping");
      expect(told(await run.stage(0))).toEqual(["Progressing Unknown StageUpdatingStopping"]);
    }

    await fleet.member("b")?.setFaults({});
    // The fleet's clock runs ahead of the member's: past five minutes a run that stops lets go of it.
    await expect.poll(() => availableOn("b")).toBe(1);
    await untilProgress(0, ["a Succeeded", "b Succeeded", "c"]);
    expect(await runConditions()).toContain(STOPPED);
    expect(told(await run.stage(0))).toEqual([STAGE_STOPPED]);
    expect((await run.bindings()).c?.spec.state).toBe("Scheduled");

    await run.setState("Run");
    await untilProgress(0, ["a Succeeded", "b Succeeded", "c Succeeded"]);
    expect(await runConditions()).toEqual(expect.arrayContaining(RUN_SUCCEEDED));
  });

  it("says in the answer to the request itself that it is stopping, and that it goes on after all", async () => {
    await run.prepare({ stages: [{ name: "all", labelSelector: {} }] });
    await fleet.member("a")?.setFaults({ down: true });
    await run.start();
    const write = async (state: string) => {
      const { metadata, status } = await fleet.patch("run", "r", { spec: { state } });
      const answered = status as UpdateRunStatus;
      const progressing = conditionIn(answered, "Progressing");
      expect(progressing?.observedGeneration).toBe(metadata.generation);
      expect(progressing?.message).toMatch(/waiting for a since .*, next .*ECONNREFUSED/);
      expect(await run.status()).toEqual(answered);
      return [...told(answered), ...told(answered.stagesStatus?.[0])];
    };
    const stopping = [
      "Progressing Unknown UpdateRunStopping",
      "Progressing Unknown StageUpdatingStopping",
    ];
    const goingOn = [
      "Progressing True UpdateRunProgressing",
      "Progressing True StageUpdatingStarted",
    ];
    expect(await write("Stop")).toEqual(expect.arrayContaining(stopping));
    expect(await write("Run")).toEqual(expect.arrayContaining(goingOn));
    expect(await write("Stop")).toEqual(expect.arrayContaining(stopping));
    const states = fleet.announced.flatMap(
      (line) => /"message":"(\w+ → \w+)"/.exec(line)?.[1] ?? [],
    );
    const turns = ["Running → Stopping", "Stopping → Running", "Running → Stopping"];
    expect(states.slice(-turns.length)).toEqual(turns);
  });

  it("lets go of a cluster that fails before its next try is due, and tries it when it is resumed", async () => {
    await run.prepare({ stages: [{ name: "all", labelSelector: {} }] });
    await fleet.member("a")?.setFaults({ down: true });
    await run.start();
    await run.setState("Stop");
    expect(await runConditions()).toContain(STOPPED);
    expect(conditionIn(await run.status(), "Progressing")?.message).toMatch(
      /^The update run has been stopped; begun and not updated: a: .*ECONNREFUSED/,
    );
    await fleet.member("a")?.setFaults({});
    await run.setState("Run");
    expect(await runConditions()).toEqual(expect.arrayContaining(RUN_SUCCEEDED));
    expect(await values()).toEqual(["one", "one", "one"]);
  });

  async function availableOn(member: string): Promise<unknown> {
    const ref = { group: "apps", resource: "deployments", namespace: "team", name: "web" };
    const found = await fleet.member(member)?.store.get(ref);
    return (found?.status as { availableReplicas?: number } | undefined)?.availableReplicas;
  }

  /** Something to wait for on a member; answers with what selects it too. */
  async function deployment(): Promise<readonly object[]> {
    const app = { app: "web" };
    const containers = [{ name: "web", image: "web" }];
    await fleet.send("POST", "/apis/apps/v1/namespaces/team/deployments", {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "web" },
      spec: {
        selector: { matchLabels: app },
        template: { metadata: { labels: app }, spec: { containers } },
      },
    });
    if (scope === "Cluster") return fleet.selectors;
    const selector = { group: "apps", version: "v1", kind: "Deployment", name: "web" };
    return [...fleet.selectors, selector];
  }

  it("154, 155, 156: after a stage rests, removes nothing though approved, and waits no less than asked for", async () => {
    const afterStageTasks = [WAIT, APPROVAL];
    await run.prepare({ stages: [staging, canary], policy: fixed("a", "b", "c") });
    await run.start("first");
    await fleet.patch("placement", "p", { spec: { policy: fixed("a", "b") } });
    await fleet.patch("strategy", "s", {
      spec: { stages: [{ ...staging, name: "all", labelSelector: {}, afterStageTasks }] },
    });
    await fleet.play();
    await run.start();
    later(10);
    await run.setState("Stop");
    expect(await runConditions()).toContain(STOPPED);
    expect(told(await run.stage(0))).toEqual([STAGE_STOPPED]);

    later(10);
    await run.approve("r-after-all");
    expect(await runConditions()).toContain(STOPPED);
    expect((await run.bindings()).c?.spec.state).toBe("Unscheduled");
    expect(await fleet.valueOn("c")).toBe("one");

    await run.setState("Run");
    later(39);
    await fleet.look("r");
    expect(told(await run.stage(0))).toEqual(["Progressing False StageUpdatingWaiting"]);
    expect(await fleet.valueOn("c")).toBe("one");
    later(1);
    await fleet.look("r");
    expect(await runConditions()).toEqual(expect.arrayContaining(RUN_SUCCEEDED));
    expect(Object.keys(await run.bindings()).sort()).toEqual(["a", "b"]);
    expect(await fleet.valueOn("c")).toBeUndefined();
  });

  it("157, 158: in its delete stage lets go of a cluster that is not clean yet, names it, and cleans it up when it is resumed", async () => {
    await run.prepare({ stages: [staging, canary], policy: fixed("a", "b", "c") });
    await run.start("first");
    await fleet.patch("placement", "p", { spec: { policy: fixed("a", "b") } });
    await fleet.play();
    await fleet.member("c")?.setFaults({ down: true });
    await run.start();
    const deleting = (await run.status()).deletionStageStatus;
    expect(told(deleting)).toEqual(["Progressing True StageUpdatingStarted"]);

    await run.setState("Stop");
    expect(await runConditions()).toContain(STOPPED);
    expect(told((await run.status()).deletionStageStatus)).toEqual([STAGE_STOPPED]);
    expect(conditionIn(await run.status(), "Progressing")?.message).toMatch(
      /^The update run has been stopped; begun and not updated: c: /,
    );
    expect((await run.bindings()).c?.spec.state).toBe("Unscheduled");

    await fleet.member("c")?.setFaults({});
    await run.setState("Run");
    expect(await runConditions()).toEqual(expect.arrayContaining(RUN_SUCCEEDED));
    expect(Object.keys(await run.bindings()).sort()).toEqual(["a", "b"]);
    expect(await fleet.valueOn("c")).toBeUndefined();
  });
});
