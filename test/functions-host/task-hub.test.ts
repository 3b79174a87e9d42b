import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type InvokeOrchestrator, runEpisode } from "../../local/functions-host/durable/episode.js";
import type { ExecutionStarted } from "../../local/functions-host/durable/history-event.js";
import type { OrchestratorState } from "../../local/functions-host/durable/orchestrator-state.js";
import { TaskHub } from "../../local/functions-host/durable/task-hub.js";
import { executionStarted } from "./support/replayed.js";
import { temporaryFolder } from "./support/temporary-folder.js";

const now = new Date(Date.UTC(2026, 0, 1));
const started = executionStarted({ Input: "{}" }) as ExecutionStarted;
const callsHello: OrchestratorState = {
  isDone: false,
  actions: [[{ actionType: 0, functionName: "hello", input: '"a"' }]],
};
const ended: OrchestratorState = { isDone: true, actions: [[]], output: 7 };

let hub: TaskHub;
beforeEach(async () => {
  hub = new TaskHub(join(await temporaryFolder("task-hub"), "durable.db"));
});
afterEach(() => hub.close());

const newExecutionId = () => "new";

/** Runs the first episode of the instance `i` and returns its commit, not yet made. */
async function firstEpisode(state: OrchestratorState) {
  const instance = hub.instance("i");
  const consumed = hub.queue("i", now);
  const invoke: InvokeOrchestrator = async () => ({ kind: "state", state });
  const around = { invoke, now: () => now, newExecutionId, hasFunction: () => true };
  const episode = await runEpisode([], [started], {
    ...around,
    onUnknownFunction: () => undefined,
  });
  return { instance, begins: true, consumed, episode };
}

describe("an instance", () => {
  it("is Pending until its first episode is saved", async () => {
    hub.create(started, "finished");
    expect(hub.instance("i")).toMatchObject({ runtimeStatus: "Pending", name: "main" });
    hub.commitEpisode(await firstEpisode(callsHello), newExecutionId, now, {});
    expect(hub.instance("i")?.runtimeStatus).toBe("Running");
    expect(hub.queue("i", now)).toEqual([]);
    expect(hub.activities()).toMatchObject([{ name: "hello", taskId: 0, executionId: "e" }]);
  });

  it.each([
    {
      behaviour: "that lives is not replaced",
      state: callsHello,
      replace: "finished",
      replaced: false,
    },
    { behaviour: "that has ended is replaced", state: ended, replace: "finished", replaced: true },
    {
      behaviour: "that lives is replaced where any state may be",
      state: callsHello,
      replace: "any",
      replaced: true,
    },
  ] as const)("$behaviour", async ({ state, replace, replaced }) => {
    hub.create(started, "finished");
    hub.commitEpisode(await firstEpisode(state), newExecutionId, now, {});
    const OrchestrationInstance = { InstanceId: "i", ExecutionId: "second" };
    const existing = hub.create({ ...started, OrchestrationInstance }, replace);
    expect(existing === undefined).toBe(replaced);
    expect(hub.instance("i")?.executionId).toBe(replaced ? "second" : "e");
    expect(hub.history("i").length === 0).toBe(replaced);
  });

  it("that is purged during an episode stays gone", async () => {
    hub.create(started, "finished");
    const commit = await firstEpisode(callsHello);
    hub.purge("i");
    const committed = hub.commitEpisode(commit, newExecutionId, now, {});
    expect(committed).toEqual({ activities: [], messages: [] });
    expect(hub.instance("i")).toBeUndefined();
    expect(hub.history("i")).toEqual([]);
    expect(hub.activities()).toEqual([]);
  });
});

it("shows a message from the moment it becomes due", () => {
  const later = new Date(now.getTime() + 1000);
  hub.enqueue([{ instanceId: "i", executionId: null, visibleAt: later, event: started }]);
  expect(hub.queue("i", now)).toEqual([]);
  expect(hub.dueInstances(now)).toEqual([]);
  expect(hub.nextDue(now)).toEqual(later);
  expect(hub.queue("i", later)).toHaveLength(1);
  expect(hub.dueInstances(later)).toEqual(["i"]);
  expect(hub.nextDue(later)).toBeUndefined();
});
