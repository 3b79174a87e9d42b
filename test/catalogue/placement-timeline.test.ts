import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PlacementStatus } from "../../src/api/placement-status.js";
import { openPlayedFleet, type PlayedFleet } from "./support/played-fleet.js";
import { conditionIn, env, RunOnFleet, told } from "./support/run-on-fleet.js";
import { SCOPES } from "./support/scoped-kinds.js";

/** What a placement tells from before its first run to a rollback. Source: KubeFleet `placement_status.go`, External. */
const APPROVAL = { type: "Approval" };
const STAGES = [
  { name: "canary", ...env("canary"), afterStageTasks: [APPROVAL] },
  { name: "prod", ...env("prod") },
];
const NONE = "no resource snapshot name is observed across clusters";
const SEVERAL = "different resource snapshot versions are observed across clusters";

describe.each(SCOPES)(
  "%s: the status of a placement that runs roll out",
  { timeout: 60_000 },
  (scope) => {
    let fleet: PlayedFleet;
    let run: RunOnFleet;

    beforeEach(async () => {
      fleet = await openPlayedFleet(scope);
      run = new RunOnFleet(fleet);
      await fleet.join("a", { environment: "prod" });
      await fleet.join("b", { environment: "canary" });
      await fleet.join("c", { environment: "prod" });
    });
    afterEach(() => fleet.close());

    const status = async () => (await fleet.get("placement", "p")).status as PlacementStatus;
    /** The index of each cluster, that of the placement, and the placement's own conditions without the kind. */
    async function timeline() {
      const { placementStatuses = [], observedResourceIndex = "", ...own } = await status();
      const clusters = placementStatuses.map((each) => each.observedResourceIndex ?? "");
      const kind = fleet.names.kind("placement");
      const conditions = told(own).map((condition) => condition.replace(kind, ""));
      return { index: observedResourceIndex, clusters, conditions };
    }
    const rolloutStarted = async () =>
      conditionIn(await status(), `${fleet.names.kind("placement")}RolloutStarted`)?.message;
    const startedOn = async () =>
      ((await status()).placementStatuses ?? []).map(
        (each) => conditionIn(each, "RolloutStarted")?.status,
      );

    const SCHEDULED = "Scheduled True SchedulingPolicyFulfilled";
    const UNDECIDED = [SCHEDULED, "RolloutStarted Unknown RolloutControlledByExternalController"];
    const DONE = [
      SCHEDULED,
      "RolloutStarted True RolloutStarted",
      "Overridden True NoOverrideSpecified",
      "WorkSynchronized True WorkSynchronized",
      "Applied True ApplySucceeded",
      "Available True ResourceAvailable",
    ];

    it("is undecided until all clusters have one snapshot, and between two", async () => {
      await run.prepare({ stages: STAGES });
      expect(await timeline()).toEqual({
        index: "",
        clusters: ["", "", ""],
        conditions: UNDECIDED,
      });
      expect(await rolloutStarted()).toContain(NONE);

      await run.start("first");
      expect(await timeline()).toEqual({
        index: "",
        clusters: ["", "0", ""],
        conditions: UNDECIDED,
      });
      expect(await rolloutStarted()).toContain(SEVERAL);
      await run.approve("first-after-canary");
      const complete = { index: "0", clusters: ["0", "0", "0"], conditions: DONE };
      expect(await timeline()).toEqual(complete);

      await run.edit("two");
      expect(await timeline()).toEqual(complete);
      fleet.setTime("2026-01-01T10:00:01Z");
      await run.start("second");
      expect(await timeline()).toEqual({
        index: "",
        clusters: ["0", "1", "0"],
        conditions: UNDECIDED,
      });
      await run.approve("second-after-canary");
      expect(await timeline()).toEqual({ index: "1", clusters: ["1", "1", "1"], conditions: DONE });

      fleet.setTime("2026-01-01T10:00:02Z");
      await run.start("back", { resourceSnapshotIndex: "0" });
      expect(await timeline()).toEqual({
        index: "",
        clusters: ["1", "0", "1"],
        conditions: UNDECIDED,
      });
    });

    it("is undecided when a policy names one cluster more or fewer, until a run confirms all", async () => {
      const fixed = (...clusterNames: string[]) => ({ placementType: "PickFixed", clusterNames });
      const setPolicy = async (policy: object) => {
        await fleet.patch("placement", "p", { spec: { policy } });
        await fleet.play();
      };
      await run.prepare({ stages: STAGES, policy: fixed("a", "b") });
      await run.start("first");
      await run.approve("first-after-canary");
      await setPolicy(fixed("a", "b", "c"));
      expect(await timeline()).toEqual({
        index: "",
        clusters: ["0", "0", ""],
        conditions: UNDECIDED,
      });
      expect(await startedOn()).toEqual(["Unknown", "Unknown", "Unknown"]);

      await setPolicy(fixed("a"));
      expect(await timeline()).toEqual({ index: "0", clusters: ["0"], conditions: UNDECIDED });
      fleet.setTime("2026-01-01T10:00:01Z");
      await run.start("second");
      expect(await timeline()).toEqual({ index: "0", clusters: ["0"], conditions: DONE });
    });

    it("keeps what a bound cluster tells when PickN asks for more clusters", async () => {
      const pick = (numberOfClusters: number) => ({ placementType: "PickN", numberOfClusters });
      await run.prepare({ stages: STAGES, policy: pick(1) });
      await run.start("first");
      await fleet.patch("placement", "p", { spec: { policy: pick(3) } });
      await fleet.play();
      const { clusters, conditions } = await timeline();
      expect(conditions).toEqual(UNDECIDED);
      expect([...clusters].sort()).toEqual(["", "", "0"]);
      expect([...(await startedOn())].sort()).toEqual(["True", "Unknown", "Unknown"]);
    });

    it("leaves a run that is created to stop with its first stage stopped, and nothing rolled out", async () => {
      await run.prepare({ stages: STAGES });
      await run.start("r", { state: "Stop" });
      expect(told(await run.status())).toEqual([
        "Initialized True UpdateRunInitializedSuccessfully",
        "Progressing False UpdateRunStopped",
      ]);
      expect(told(await run.stage(0))).toEqual(["Progressing False StageUpdatingStopped"]);
      expect(await timeline()).toEqual({
        index: "",
        clusters: ["", "", ""],
        conditions: UNDECIDED,
      });
    });
  },
);
