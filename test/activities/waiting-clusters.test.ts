import { afterEach, describe, expect, it } from "vitest";
import { openPlayedFleet, type PlayedFleet } from "../catalogue/support/played-fleet.js";
import { conditionIn, RunOnFleet } from "../catalogue/support/run-on-fleet.js";
import type { Scope } from "../catalogue/support/scoped-kinds.js";

const ALL = [{ name: "all", labelSelector: {} }];

describe("what waits for a cluster says for what, since when, and what ends it:", () => {
  let fleet: PlayedFleet;
  let run: RunOnFleet;
  afterEach(() => fleet.close());

  async function open(scope: Scope): Promise<void> {
    fleet = await openPlayedFleet(scope);
    run = new RunOnFleet(fleet);
    await fleet.join("a", {});
  }
  const clusterSays = async () =>
    conditionIn((await run.stage(0))?.clusters[0], "Started")?.message ?? "";
  const runSays = async () => conditionIn(await run.status(), "Progressing")?.message ?? "";
  const TRIED = "2026-01-01T10:00:00(\\.000)?Z \\(1 attempt, next 2026-01-01T10:00:02Z\\): ";

  it("a run whose member cannot be reached", async () => {
    await open("Cluster");
    await run.prepare({ stages: ALL });
    await fleet.member("a")?.setFaults({ down: true });
    await run.start();
    const words = `${TRIED}.*ECONNREFUSED`;
    expect(await clusterSays()).toMatch(
      new RegExp(`^Cluster update started; waiting since ${words}`),
    );
    expect(await runSays()).toMatch(
      new RegExp(`^The update run is making progress; in stage all waiting for a since ${words}`),
    );
  });

  it("a run whose member lacks a namespace that somebody else is to make", async () => {
    await open("Namespaced");
    await run.prepare({ stages: ALL });
    const annotations = { "stagecoach.dev/missing-namespace": "Wait" };
    await fleet.patch("placement", "p", { metadata: { annotations } });
    await run.start();
    const words =
      "namespace team is missing on the cluster, .*; the update goes on once it is there: create it, .*";
    expect(await clusterSays()).toMatch(
      new RegExp(`waiting since ${TRIED.replace("02Z", "..Z")}${words}`),
    );
  });

  it("a placement that is being deleted and that its member still has", async () => {
    await open("Cluster");
    await run.prepare({ stages: ALL });
    await run.start();
    await fleet.member("a")?.setFaults({ down: true });
    await fleet.delete("placement", "p");
    await fleet.play();
    const { items } = await fleet.deps.store.list({ group: "", resource: "events" });
    const pending = items.find(({ reason }) => reason === "PlacementCleanupPending");
    expect(pending).toMatchObject({
      firstTimestamp: "2026-01-01T10:00:00.000Z",
      message: expect.stringMatching(
        /^a: GET .*ECONNREFUSED.*; tried again by itself until nothing is left there, or the MemberCluster is deleted$/,
      ),
    });
  });

  it("a run of a placement that is not scheduled, which has failed", async () => {
    await open("Cluster");
    await run.prepare({ stages: ALL, policy: { placementType: "PickN", numberOfClusters: 2 } });
    await run.start();
    expect(conditionIn(await run.status(), "Initialized")?.message).toMatch(
      /policy snapshot `p-0` not fully scheduled yet: could not find all clusters needed as specified by the scheduling policy, found 1 cluster/,
    );
  });
});
