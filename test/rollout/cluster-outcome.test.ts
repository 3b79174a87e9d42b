import { describe, expect, it } from "vitest";
import {
  type AfterTry,
  afterTry,
  isReleasable,
  type UnfinishedTry,
} from "../../src/rollout/cluster-outcome.js";
import { type ClusterProgress, sleepingLanes } from "../../src/rollout/cluster-progress.js";
import type { StageRules } from "../../src/rollout/stage-rules.js";

const NOW = new Date("2026-01-01T10:00:00Z");
const secondsAgo = (seconds: number) => new Date(NOW.getTime() - seconds * 1000).toISOString();

const tried = (change: Partial<UnfinishedTry> = {}): UnfinishedTry => ({
  message: "connection refused",
  failing: true,
  startedAt: secondsAgo(30),
  attempts: 0,
  stageGoesOn: true,
  ...change,
});

const again = (seconds: number): AfterTry => ({ kind: "Again", seconds });
const released: AfterTry = { kind: "Released" };

describe("a cluster whose update was tried in vain", () => {
  it.each<{
    behaviour: string;
    change: Partial<UnfinishedTry>;
    rules?: StageRules;
    next: AfterTry;
  }>([
    { behaviour: "is tried again soon", change: {}, next: again(2) },
    { behaviour: "is tried again later each time", change: { attempts: 2 }, next: again(8) },
    { behaviour: "is tried at least once a minute", change: { attempts: 50 }, next: again(60) },
    {
      behaviour: "is tried again when its server asks for it",
      change: { retryAfterSeconds: 5 },
      next: again(5),
    },
    {
      behaviour: "never fails without a deadline",
      change: { startedAt: secondsAgo(86_400) },
      next: again(2),
    },
    {
      behaviour: "is tried again by its deadline at the latest",
      change: { attempts: 50 },
      rules: { clusterDeadline: "40s" },
      next: again(10),
    },
    {
      behaviour: "fails at its deadline, with the last words of its server",
      change: {},
      rules: { clusterDeadline: "30s" },
      next: {
        kind: "Failed",
        message: "not updated within the cluster deadline of 30s: connection refused",
      },
    },
    {
      behaviour: "does not keep its run from stopping when it fails",
      change: { stageGoesOn: false },
      next: released,
    },
    {
      behaviour: "is awaited by a run that stops while it becomes available",
      change: { stageGoesOn: false, failing: false },
      next: again(2),
    },
    {
      behaviour: "does not keep its run from stopping when it is stuck",
      change: { stageGoesOn: false, failing: false, startedAt: secondsAgo(301) },
      next: released,
    },
  ])("$behaviour", ({ change, rules = {}, next }) => {
    expect(afterTry(tried(change), rules, NOW)).toEqual(next);
  });
});

type Waiting = NonNullable<ClusterProgress["waiting"]>;

const sleeping = (change: Partial<Waiting> = {}, startedAt = secondsAgo(30)): ClusterProgress => ({
  clusterName: "member1",
  stage: 0,
  index: 0,
  phase: "Started",
  startedAt,
  waiting: {
    message: "connection refused",
    since: startedAt,
    attempts: 3,
    nextTry: "2026-01-01T10:00:10Z",
    ...change,
  },
});

describe("a cluster that waits for its next try while its run is to stop", () => {
  const { waiting: _, ...working } = sleeping();
  it.each<[string, ClusterProgress, boolean]>([
    ["is let go when its last try failed", sleeping({ releasable: true }), true],
    ["is awaited while it becomes available", sleeping(), false],
    ["is awaited though it has refused the update before", sleeping({ failing: true }), false],
    ["is let go when it is stuck", sleeping({}, secondsAgo(301)), true],
    ["is not let go while somebody works at it", { ...working, startedAt: secondsAgo(301) }, false],
  ])("%s", (_what, cluster, expected) => {
    expect(isReleasable(cluster, NOW)).toBe(expected);
  });
});

describe("the lanes that sleep", () => {
  it("are those whose started clusters wait for a try, once each", () => {
    const lanes = sleepingLanes([
      sleeping({ lane: "x:1" }),
      sleeping({ lane: "x:2" }),
      sleeping({ lane: "x:1" }),
      sleeping(),
      { ...sleeping({ lane: "x:3" }), phase: "Pending" },
      { clusterName: "member9", stage: 1, index: 0, phase: "Pending" },
    ]);
    expect(lanes).toEqual(["x:1", "x:2"]);
  });
});
