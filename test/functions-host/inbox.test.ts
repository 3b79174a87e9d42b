import { describe, expect, it } from "vitest";
import {
  EventType,
  type ExecutionStarted,
  type MessageEvent,
  withPlayedMarks,
} from "../../local/functions-host/durable/history-event.js";
import { chooseBatch, type QueuedMessage } from "../../local/functions-host/durable/inbox.js";
import type { Instance, RuntimeStatus } from "../../local/functions-host/durable/instance.js";
import {
  completed,
  event,
  executionStarted,
  orchestratorStarted,
  raised,
  scheduled,
} from "./support/replayed.js";

const instance = (runtimeStatus: RuntimeStatus, executionId = "e"): Instance => ({
  instanceId: "i",
  executionId,
  name: "main",
  version: null,
  runtimeStatus,
  input: null,
  output: null,
  customStatus: null,
  createdAt: new Date(0),
  updatedAt: new Date(0),
});
const started = (ExecutionId: string, parentTask?: number) =>
  executionStarted({
    OrchestrationInstance: { InstanceId: "i", ExecutionId },
    ParentInstance:
      parentTask === undefined
        ? null
        : {
            Name: "p",
            OrchestrationInstance: { InstanceId: "p", ExecutionId: "pe" },
            TaskScheduleId: parentTask,
          },
  }) as ExecutionStarted;
const queued = (...messages: [MessageEvent | object, string | null][]): QueuedMessage[] =>
  messages.map(([message, executionId], id) => ({
    id,
    executionId,
    event: message as MessageEvent,
  }));
const go = raised("Go");

describe("the next batch", () => {
  it.each([
    {
      behaviour: "begins a pending instance with its start first",
      known: instance("Pending"),
      stored: undefined,
      queue: queued([go, null], [started("e"), "e"]),
      begins: true,
      events: [started("e"), go],
    },
    {
      behaviour: "begins a child that has no row yet",
      known: undefined,
      stored: undefined,
      queue: queued([started("c", 1), "c"]),
      begins: true,
      events: [started("c", 1)],
    },
    {
      behaviour: "begins a child anew when its explicit id is used again",
      known: instance("Running", "c"),
      stored: started("c", 1),
      queue: queued([started("d", 2), "d"]),
      begins: true,
      events: [started("d", 2)],
    },
    {
      behaviour: "goes on with events and answers of the execution",
      known: instance("Running"),
      stored: started("e"),
      queue: queued([go, null], [completed(0), "e"]),
      begins: false,
      events: [go, completed(0)],
    },
    {
      behaviour: "leaves out answers for an earlier execution",
      known: instance("Running"),
      stored: started("e"),
      queue: queued([completed(0), "old"], [go, null]),
      begins: false,
      events: [go],
    },
  ])("$behaviour", ({ known, stored, queue, begins, events }) => {
    expect(chooseBatch(known, stored, queue)).toEqual({
      kind: "episode",
      begins,
      messages: events,
    });
  });

  it.each([
    {
      behaviour: "is empty for an unknown instance",
      known: undefined,
      stored: undefined,
      queue: queued([go, null]),
    },
    {
      behaviour: "is empty for a finished instance",
      known: instance("Completed"),
      stored: started("e"),
      queue: queued([go, null]),
    },
    {
      behaviour: "is empty when all answers are for an earlier execution",
      known: instance("Running"),
      stored: started("e"),
      queue: queued([completed(0), "old"]),
    },
    {
      behaviour: "leaves out a start whose instance was replaced",
      known: instance("Pending", "new"),
      stored: undefined,
      queue: queued([started("old"), "old"]),
    },
    {
      behaviour: "leaves out a child's start that came before, even after continue-as-new",
      known: instance("Running", "later"),
      stored: started("later", 1),
      queue: queued([started("again", 1), "again"]),
    },
  ])("$behaviour", ({ known, stored, queue }) => {
    expect(chooseBatch(known, stored, queue)).toEqual({ kind: "discard" });
  });
});

describe("IsPlayed", () => {
  it("is true for what an episode has processed, and never for OrchestratorStarted", () => {
    const end = event({ EventType: EventType.OrchestratorCompleted });
    const past = [orchestratorStarted(), executionStarted(), scheduled(0), end];
    const fresh = [orchestratorStarted(1), completed(0)];
    const first = withPlayedMarks(past, fresh).map(({ IsPlayed }) => IsPlayed);
    expect(first).toEqual([false, true, false, false, false, false]);
    const second = withPlayedMarks([...past, ...fresh, end], [orchestratorStarted(2), go]);
    expect(second.map(({ IsPlayed }) => IsPlayed)).toEqual([
      false,
      true,
      true,
      true,
      false,
      true,
      false,
      false,
      false,
    ]);
  });
});
