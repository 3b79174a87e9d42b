import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PlayedFleet } from "./support/played-fleet.js";
import { conditionIn, env, openStagedFleet, type RunOnFleet } from "./support/run-on-fleet.js";
import { SCOPES } from "./support/scoped-kinds.js";

const MEMBERS = ["a", "b", "c"];
const STAGING = { name: "staging", ...env("staging") };
const CANARY = { name: "canary", ...env("canary"), maxConcurrency: 2 };
const PLAIN = [STAGING, CANARY];
const WITH_APPROVAL = [{ ...STAGING, afterStageTasks: [{ type: "Approval" }] }, CANARY];

/**
 * The same seeds race at the same places: the second side begins at an update that the seed decides. `RACE_SEEDS=1-40`
 * plays more of them than every test needs.
 */
const [FIRST = 1, LAST = 4] = (process.env.RACE_SEEDS ?? "1-4").split("-").map(Number);
const SEEDS = Array.from({ length: LAST - FIRST + 1 }, (_, index) => FIRST + index);
const RACES = SCOPES.flatMap((scope) => SEEDS.map((seed) => ({ scope, seed })));
const updatesBefore = (seed: number): number => 1 + ((seed * 7) % 23);

describe.each(RACES)(
  "$scope, seed $seed: races of a run",
  { timeout: 60_000 },
  ({ scope, seed }) => {
    let fleet: PlayedFleet;
    let run: RunOnFleet;

    beforeEach(async () => {
      run = await openStagedFleet(scope);
      fleet = run.fleet;
    });
    afterEach(() => fleet?.close());

    const race = (first: () => Promise<void>, second: () => Promise<void>) =>
      fleet.race(updatesBefore(seed), first, second);
    const succeeded = async (name = "r") => conditionIn(await run.status(name), "Succeeded");
    const values = () => Promise.all(MEMBERS.map((name) => fleet.valueOn(name)));

    it("with another run of the same placement: both end, and members have what their bindings say", async () => {
      await run.prepare({ stages: PLAIN });
      await race(
        () => run.start("r", { resourceSnapshotIndex: "0" }),
        async () => {
          fleet.setTime("2026-01-01T10:00:01Z");
          await run.edit("two");
          await run.start("other");
        },
      );
      await fleet.look("r");
      await fleet.look("other");
      const outcomes = [await succeeded("r"), await succeeded("other")];
      expect(outcomes.map((outcome) => outcome?.status)).toContain("True");
      for (const outcome of outcomes) {
        expect(outcome).toBeDefined();
        if (outcome?.status === "False")
          expect(outcome.message).toContain("a concurrent updateRun");
      }
      for (const [name, { spec }] of Object.entries(await run.bindings())) {
        const value = spec.resourceSnapshotName === "p-0-snapshot" ? "one" : "two";
        expect(await fleet.valueOn(name)).toBe(value);
      }
    });

    it("with a change of how objects are written: it completes before, or ends and says so", async () => {
      await run.prepare({ stages: PLAIN });
      await race(
        () => run.start(),
        async () => {
          const applyStrategy = { whenToTakeOver: "Never" };
          await fleet.patch("placement", "p", { spec: { strategy: { applyStrategy } } });
          await fleet.play();
        },
      );
      const outcome = await succeeded();
      if (outcome?.status === "True") expect(await values()).toEqual(["one", "one", "one"]);
      else expect(outcome?.message).toContain("the applyStrategy in the updateRun is outdated");
    });

    it("with a member that leaves: it completes on the others", async () => {
      await run.prepare({ stages: PLAIN });
      await race(
        () => run.start(),
        async () => {
          await fleet.leave("c");
          await fleet.play();
        },
      );
      await fleet.look("r");
      expect(await succeeded()).toMatchObject({ status: "True" });
      const [, , left] =
        (await run.status()).stagesStatus?.flatMap(({ clusters }) => clusters) ?? [];
      if (left) {
        expect(conditionIn(left, "Succeeded")?.reason).toMatch(
          /^ClusterUpdating(Succeeded|Skipped)$/,
        );
      }
      expect((await values()).slice(0, 2)).toEqual(["one", "one"]);
    });

    it("with a policy that picks fewer clusters: it completes, and the next run cleans up", async () => {
      const policy = (...clusterNames: string[]) => ({ placementType: "PickFixed", clusterNames });
      await run.prepare({ stages: PLAIN, policy: policy(...MEMBERS) });
      await race(
        () => run.start(),
        async () => {
          await fleet.patch("placement", "p", { spec: { policy: policy("a", "b") } });
          await fleet.play();
        },
      );
      await fleet.look("r");
      const outcome = (await succeeded()) ?? conditionIn(await run.status(), "Initialized");
      if (outcome?.status === "False") expect(outcome.message).toContain("policy snapshot");
      else expect(await succeeded()).toMatchObject({ status: "True" });
      await run.start("next");
      expect(await succeeded("next")).toMatchObject({ status: "True" });
      expect(await values()).toEqual(["one", "one", undefined]);
      expect(Object.keys(await run.bindings()).sort()).toEqual(["a", "b"]);
    });

    it("with its own deletion: it is gone with its requests, and the next run goes to the end", async () => {
      await run.prepare({ stages: WITH_APPROVAL });
      await race(
        () => run.start(),
        async () => {
          await fleet.delete("run", "r");
          await fleet.play();
        },
      );
      expect((await fleet.api.get(fleet.names.path("run", "r"))).status).toBe(404);
      expect(await fleet.list("request")).toEqual([]);
      await run.start("next");
      await run.approve("next-after-staging");
      expect(await succeeded("next")).toMatchObject({ status: "True" });
      expect(await values()).toEqual(["one", "one", "one"]);
    });

    it("with the deletion of its placement: it ends, and nothing is left on any member", async () => {
      await run.prepare({ stages: PLAIN });
      await race(
        () => run.start(),
        async () => {
          await fleet.delete("placement", "p");
          await fleet.play();
        },
      );
      await fleet.look("r");
      const outcome = await succeeded();
      const initialized = conditionIn(await run.status(), "Initialized");
      const failure = [outcome, initialized].find((condition) => condition?.status === "False");
      if (failure) expect(failure.message).toContain("parent placement not found");
      else expect(outcome).toMatchObject({ status: "True" });
      expect((await fleet.api.get(fleet.names.path("placement", "p"))).status).toBe(404);
      expect(await values()).toEqual([undefined, undefined, undefined]);
    });

    it("with an approval against a stop: it is stopped with whole clusters, and goes on to the end", async () => {
      await run.prepare({ stages: WITH_APPROVAL });
      await run.start();
      await race(
        () => run.approve("r-after-staging"),
        () => run.setState("Stop"),
      );
      await fleet.look("r");
      if (!(await succeeded())) {
        expect(conditionIn(await run.status(), "Progressing")?.reason).toBe("UpdateRunStopped");
        expect((await run.progress(1)).filter((word) => word.endsWith("Started"))).toEqual([]);
        await run.setState("Run");
      }
      expect(await succeeded()).toMatchObject({ status: "True" });
      expect(await values()).toEqual(["one", "one", "one"]);
    });

    it("with a stop against its last cluster: it is stopped or done, and can be brought to its end", async () => {
      await run.prepare({ stages: PLAIN });
      await race(
        () => run.start(),
        () => run.setState("Stop"),
      );
      await fleet.look("r");
      if (!(await succeeded())) {
        expect(conditionIn(await run.status(), "Progressing")?.reason).toBe("UpdateRunStopped");
        await run.setState("Run");
      }
      expect(await succeeded()).toMatchObject({ status: "True" });
      expect(await values()).toEqual(["one", "one", "one"]);
    });
  },
);
