import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openPlacementApi, type PlacementApi } from "./support/placement-api.js";
import { type Role, SCOPES, selectorsOf } from "./support/scoped-kinds.js";

/** One entry of the catalogue, under its number: what is there, what is written, and what becomes of it. */
interface Entry {
  readonly number: number;
  readonly sentence: string;
  /** What is there before; absent when the write creates. */
  readonly given?: object;
  readonly written: object;
  readonly name?: string;
  /** Part of the refusal; absent when the write is accepted. */
  readonly denied?: string;
  /** Part of the stored spec afterwards. */
  readonly stored?: object;
}

const RUN = { placementName: "p", stagedRolloutStrategyName: "s" };
const inState = (state: string) => ({ ...RUN, state });
const transition = (number: number, from: string, to: string, isAllowed: boolean): Entry => {
  const denied = `invalid state transition: cannot transition from ${from} to ${to}`;
  return {
    number,
    sentence: `a run in ${from} ${isAllowed ? "may" : "may not"} go to ${to}`,
    given: inState(from),
    written: { state: to },
    ...(isAllowed ? { stored: { state: to } } : { denied }),
  };
};

const RUNS: readonly Entry[] = [
  {
    number: 1,
    sentence: "a run's name may have 63 characters",
    written: RUN,
    name: "r".repeat(63),
  },
  {
    number: 2,
    sentence: "a run's name may not have 64 characters",
    written: RUN,
    name: "r".repeat(64),
    denied: "metadata.name max length is 63",
  },
  {
    number: 3,
    sentence: "a run keeps its placement",
    given: RUN,
    written: { placementName: "other" },
    denied: "placementName is immutable",
  },
  {
    number: 4,
    sentence: "a run keeps its snapshot index",
    given: { ...RUN, resourceSnapshotIndex: "1" },
    written: { resourceSnapshotIndex: "2" },
    denied: "resourceSnapshotIndex is immutable",
  },
  {
    number: 5,
    sentence: "a run keeps its strategy",
    given: RUN,
    written: { stagedRolloutStrategyName: "other" },
    denied: "stagedRolloutStrategyName is immutable",
  },
  transition(6, "Initialize", "Run", true),
  {
    number: 7,
    sentence: "ours: a run created without a state is in Run",
    written: RUN,
    stored: { state: "Run" },
  },
  {
    number: 8,
    sentence: "ours: a run whose empty state a client leaves out, or writes as null, is in Run",
    written: { ...RUN, state: null },
    stored: { state: "Run" },
  },
  transition(9, "Run", "Stop", true),
  transition(10, "Stop", "Run", true),
  transition(11, "Initialize", "Stop", false),
  transition(12, "Run", "Initialize", false),
  transition(13, "Stop", "Initialize", false),
  {
    number: 14,
    sentence: "a run has one of three states",
    written: inState("Paused"),
    denied: 'supported values: "Initialize", "Run", "Stop"',
  },
];

const STAGE = { name: "canary", labelSelector: { matchLabels: { environment: "canary" } } };
const stages = (...parts: readonly object[]) => ({
  stages: parts.map((part, index) => ({ ...STAGE, name: `stage${index}`, ...part })),
});
const APPROVAL = { type: "Approval" };
const WAIT = { type: "TimedWait", waitTime: "10m" };
const concurrency = (number: number, maxConcurrency: number | string, denied?: string): Entry => ({
  number,
  sentence: `${denied === undefined ? "accepts" : "denies"} maxConcurrency ${JSON.stringify(maxConcurrency)}`,
  written: stages({ maxConcurrency }),
  ...(denied === undefined ? { stored: stages({ maxConcurrency }) } : { denied }),
});
const waiting = (number: number, waitTime: string, denied?: string): Entry => ({
  number,
  sentence: `${denied === undefined ? "accepts" : "denies"} a wait of ${waitTime}`,
  written: stages({ afterStageTasks: [{ type: "TimedWait", waitTime }] }),
  ...(denied !== undefined && { denied }),
});
/** The same tasks refused on creation and on an update to them. */
const tasks = (
  number: number,
  sentence: string,
  part: object,
  denied: string,
): readonly Entry[] => [
  { number, sentence: `denies ${sentence}`, written: stages(part), denied },
  {
    number,
    sentence: `denies an update to ${sentence}`,
    given: stages({}),
    written: stages(part),
    denied,
  },
];
const SHARE = "spec.stages[0].maxConcurrency in body should match";
const DURATION = "waitTime in body should match";

const STRATEGIES: readonly Entry[] = [
  {
    number: 15,
    sentence: "accepts stages with selectors and both tasks after a stage",
    written: stages({ afterStageTasks: [WAIT, APPROVAL] }, { sortingLabelKey: "order" }),
    stored: stages({ afterStageTasks: [WAIT, APPROVAL] }, { sortingLabelKey: "order" }),
  },
  {
    number: 16,
    sentence: "accepts one approval before a stage",
    written: stages({ beforeStageTasks: [APPROVAL] }),
    stored: stages({ beforeStageTasks: [APPROVAL] }),
  },
  concurrency(17, 1),
  concurrency(17, 100),
  concurrency(18, 101),
  concurrency(19, "1%"),
  concurrency(19, "100%"),
  waiting(20, "0s"),
  waiting(21, "1h30m"),
  {
    number: 22,
    sentence: "denies 32 stages",
    written: stages(...Array.from({ length: 32 }, () => ({}))),
    denied: "spec.stages: Too many: 32: must have at most 31 items",
  },
  {
    number: 23,
    sentence: "denies a stage name of 64 characters",
    written: stages({ name: "s".repeat(64) }),
    denied: "Too long",
  },
  ...["Canary", "can_ary", "canary.one", "-canary"].map(
    (name): Entry => ({
      number: 24,
      sentence: `denies the stage name ${name}`,
      written: stages({ name }),
      denied: "spec.stages[0].name in body should match",
    }),
  ),
  {
    number: 24,
    sentence: "ours: accepts hyphens in a stage name",
    written: stages({ name: "dev-clusters" }),
    stored: stages({ name: "dev-clusters" }),
  },
  {
    number: 24,
    sentence: "ours: denies two stages of one name",
    written: stages({ name: "same" }, { name: "same" }),
    denied: 'spec.stages[1].name: Duplicate value: "same"',
  },
  {
    number: 24,
    sentence: "ours: denies an empty list of stages",
    written: { stages: [] },
    denied: "spec.stages: Required value",
  },
  {
    number: 25,
    sentence: "denies three tasks after a stage",
    written: stages({ afterStageTasks: [WAIT, APPROVAL, WAIT] }),
    denied: "Too many: 3: must have at most 2 items",
  },
  ...tasks(
    26,
    "an approval after a stage with a wait time",
    { afterStageTasks: [{ ...APPROVAL, waitTime: "1m" }] },
    "AfterStageTaskType is Approval, waitTime is not allowed",
  ),
  ...tasks(
    27,
    "a timed wait without a time",
    { afterStageTasks: [{ type: "TimedWait" }] },
    "AfterStageTaskType is TimedWait, waitTime is required",
  ),
  ...tasks(
    28,
    "a timed wait before a stage",
    { beforeStageTasks: [WAIT] },
    "BeforeStageTaskType cannot be TimedWait",
  ),
  {
    number: 29,
    sentence: "denies two tasks before a stage",
    written: stages({ beforeStageTasks: [APPROVAL, APPROVAL] }),
    denied: "Too many: 2: must have at most 1 items",
  },
  concurrency(30, 0, "maxConcurrency must be at least 1"),
  concurrency(30, -1, "maxConcurrency must be at least 1"),
  ...["0", "50", "0%", "101%"].map((share) => concurrency(31, share, SHARE)),
  ...["0abc", "1", "1d", "01h"].map((time) => waiting(32, time, DURATION)),
];

const REQUEST = { parentStageRollout: "run", targetStage: "canary" };

const REQUESTS: readonly Entry[] = [
  {
    number: 33,
    sentence: "accepts a request for a stage of a run",
    written: REQUEST,
    stored: REQUEST,
  },
  {
    number: 34,
    sentence: "denies every change of its spec",
    given: REQUEST,
    written: { targetStage: "prod" },
    denied: "The spec field is immutable",
  },
];

const EXTERNAL = { strategy: { type: "External" } };

const removed = (denied: string): Entry => ({
  number: 36,
  sentence: "keeps a policy",
  given: { ...EXTERNAL, policy: { placementType: "PickN", numberOfClusters: 1 } },
  written: { policy: null },
  denied,
});

const PLACEMENTS: readonly Entry[] = [
  {
    number: 35,
    sentence: "keeps the External strategy",
    given: EXTERNAL,
    written: { strategy: { type: "RollingUpdate" } },
    denied: "cannot change rollout strategy type from 'External' to other types",
  },
  {
    number: 36,
    sentence: "keeps its policy's type",
    given: { ...EXTERNAL, policy: { placementType: "PickAll" } },
    written: { policy: { placementType: "PickN", numberOfClusters: 1 } },
    denied: "placement type is immutable",
  },
];

/** Without a policy a cluster-scoped placement gets the default one before it is looked at, as from KubeFleet's webhook. */
const REMOVED_POLICY = {
  Cluster: removed("placement type is immutable"),
  Namespaced: removed("policy cannot be removed once set"),
};

describe.each(SCOPES)("%s", (scope) => {
  let api: PlacementApi;
  beforeEach(async () => {
    api = await openPlacementApi(scope);
  });
  afterEach(() => api.close());

  async function play(role: Role, entry: Entry, always: object = {}): Promise<void> {
    const { given, written, name, denied, stored } = entry;
    if (given) expect((await api.create(role, { ...always, ...given })).status).toBe(201);
    const answer = given
      ? await api.patch(role, written)
      : await api.create(role, { ...always, ...written }, name);
    if (denied === undefined) {
      expect(answer.status, answer.text).toBe(given ? 200 : 201);
    } else {
      expect(answer.status, answer.text).toBe(422);
      expect(answer.body.message).toContain(denied);
    }
    if (stored) expect((await api.get(role)).body.spec).toMatchObject(stored);
  }

  describe("runs", () => {
    it.each(RUNS)("$number $sentence", (entry) => play("run", entry));
  });

  describe("strategies", () => {
    it.each(STRATEGIES)("$number $sentence", (entry) => play("strategy", entry));
  });

  describe("approval requests", () => {
    it.each(REQUESTS)("$number $sentence", (entry) => play("request", entry));
  });

  describe("placements", () => {
    it.each([...PLACEMENTS, REMOVED_POLICY[scope]])("$number $sentence", (entry) =>
      play("placement", entry, { resourceSelectors: selectorsOf(scope) }),
    );
  });
});
