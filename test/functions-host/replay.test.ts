import { describe, expect, it } from "vitest";
import { EventType } from "../../local/functions-host/durable/history-event.js";
import type { Action } from "../../local/functions-host/durable/orchestrator-state.js";
import {
  at,
  completed,
  decisionsOf,
  event,
  failed,
  orchestratorStarted,
  raised,
  replayed,
  scheduled,
  timerCreated,
  timerFired,
} from "./support/replayed.js";

const hello: Action = { actionType: 0, functionName: "hello", input: "" };
const other: Action = { actionType: 0, functionName: "other", input: "" };
const child: Action = { actionType: 2, functionName: "child", input: {} };
const retried: Action = {
  actionType: 1,
  functionName: "hello",
  input: "",
  retryOptions: {
    firstRetryIntervalInMilliseconds: 100,
    maxNumberOfAttempts: 2,
  },
};
const timer = (ms: number, isCanceled = false): Action => ({
  actionType: 5,
  fireAt: at(ms),
  isCanceled,
});
const wait = (externalEventName: string): Action => ({ actionType: 6, externalEventName });
const any = (...compoundActions: Action[]): Action => ({ actionType: 11, compoundActions });
const all = (...compoundActions: Action[]): Action => ({ actionType: 12, compoundActions });
const day = 24 * 3600_000;

describe("decisions", () => {
  it.each([
    {
      behaviour: "begin with the first action",
      actions: [hello, other],
      events: [],
      expected: ["0 activity hello"],
    },
    {
      behaviour: "leave out what the history holds",
      actions: [hello, other],
      events: [scheduled(0)],
      expected: [],
    },
    {
      behaviour: "go on with the next action after a completion",
      actions: [hello, other],
      events: [scheduled(0), completed(0)],
      expected: ["1 activity other"],
    },
    {
      behaviour: "go on after a failure, which the code has seen",
      actions: [hello, other],
      events: [scheduled(0), failed(0)],
      expected: ["1 activity other"],
    },
    {
      behaviour: "number the children of a compound depth first",
      actions: [all(hello, any(child, timer(5)), other)],
      events: [],
      expected: ["0 activity hello", "1 child child", "2 timer 5", "3 activity other"],
    },
    {
      behaviour: "wait for all children of Task.all, failed or not",
      actions: [all(hello, hello), other],
      events: [scheduled(0), scheduled(1), failed(0)],
      expected: [],
    },
    {
      behaviour: "go on with the first child of Task.any",
      actions: [any(hello, timer(5)), other],
      events: [scheduled(0), timerCreated(1), timerFired(1)],
      expected: ["2 activity other"],
    },
    {
      behaviour: "ignore the case of names",
      actions: [hello, other],
      events: [scheduled(0, "HELLO"), completed(0)],
      expected: ["1 activity other"],
    },
    {
      behaviour: "ignore a completion that comes twice",
      actions: [hello, other, hello],
      events: [scheduled(0), completed(0), completed(0)],
      expected: ["1 activity other"],
    },
    {
      behaviour: "take no id for a wait",
      actions: [all(wait("Go"), hello)],
      events: [],
      expected: ["0 activity hello"],
    },
    {
      behaviour: "use an event that came before the wait, whatever its case",
      actions: [hello, wait("Go"), other],
      events: [scheduled(0), raised("GO"), completed(0)],
      expected: ["1 activity other"],
    },
    {
      behaviour: "schedule an unfinished task again that is waited for twice",
      actions: [any(hello, timer(5)), any(hello)],
      events: [scheduled(0), timerCreated(1), timerFired(1)],
      expected: ["2 activity hello"],
    },
    {
      behaviour: "record a timer that is cancelled before it is new, and go on",
      actions: [timer(5, true), hello],
      events: [],
      expected: ["0 timer 5", "1 activity hello"],
    },
    {
      behaviour: "wait the first interval before the second attempt",
      actions: [retried],
      events: [scheduled(0), orchestratorStarted(50), failed(0)],
      expected: ["1 timer 150"],
    },
    {
      behaviour: "try again when the timer of a retry fires",
      actions: [retried],
      events: [scheduled(0), failed(0), timerCreated(1), timerFired(1)],
      expected: ["2 activity hello"],
    },
    {
      behaviour: "end a retry with one more timer that fires at once",
      actions: [retried, other],
      events: [scheduled(0), failed(0), timerCreated(1), timerFired(1), scheduled(2), failed(2)],
      expected: ["3 timer 0"],
    },
    {
      behaviour: "go on after the last timer of a retry",
      actions: [retried, other],
      events: [
        scheduled(0),
        failed(0),
        timerCreated(1),
        timerFired(1),
        scheduled(2),
        failed(2),
        timerCreated(3),
        timerFired(3),
      ],
      expected: ["4 activity other"],
    },
    {
      behaviour: "split a timer beyond six days into pieces of three",
      actions: [timer(7 * day)],
      events: [],
      expected: [`0 timer ${3 * day}`],
    },
    {
      behaviour: "take the rest of a split timer in one piece",
      actions: [timer(7 * day)],
      events: [timerCreated(0), orchestratorStarted(3 * day), timerFired(0)],
      expected: [`1 timer ${7 * day}`],
    },
    {
      behaviour: "keep a timer of six days whole",
      actions: [timer(6 * day)],
      events: [],
      expected: [`0 timer ${6 * day}`],
    },
  ])("$behaviour", ({ actions, events, expected }) => {
    expect(decisionsOf(replayed(actions, events).replay)).toEqual(expected);
  });

  it("skip a function that does not exist, without an id", () => {
    const unknown: string[] = [];
    const { replay } = replayed([all(hello, other)], [], {
      hasFunction: (_, name) => name === "other",
      onUnknownFunction: (_, name) => unknown.push(name),
    });
    expect(decisionsOf(replay)).toEqual(["0 activity other"]);
    expect(unknown).toEqual(["hello"]);
  });

  it("name a child by execution and id unless the code names it", () => {
    const { replay } = replayed([all(child, { ...child, instanceId: "mine" })], []);
    const ids = replay.decisions.map(([, each]) => each.kind === "child" && each.instanceId);
    expect(ids).toEqual(["e:0", "mine"]);
  });
});

describe("non-determinism", () => {
  it.each([
    { behaviour: "is work that the code does not ask for", actions: [], events: [scheduled(0)] },
    { behaviour: "is another name", actions: [hello], events: [scheduled(0, "else")] },
    { behaviour: "is another kind", actions: [hello], events: [timerCreated(0)] },
    {
      behaviour: "is work that comes later now",
      actions: [hello, other],
      events: [scheduled(0), scheduled(1, "other")],
    },
  ])("$behaviour", ({ actions, events }) => {
    expect(() => replayed(actions, events)).toThrow("Non-Deterministic workflow detected");
  });
});

describe("completion", () => {
  const done = { kind: "Completed", text: "1" } as const;

  it.each([
    {
      behaviour: "waits for an open activity",
      actions: [any(hello, wait("Go"))],
      events: [scheduled(0), raised("Go")],
    },
    {
      behaviour: "waits for an open timer",
      actions: [any(timer(5), wait("Go"))],
      events: [timerCreated(0), raised("Go")],
    },
    { behaviour: "waits for code that has not ended", actions: [wait("Go")], events: [] },
  ])("$behaviour", ({ actions, events }) => {
    const { replay, performed } = replayed(actions, events);
    replay.completeWhenIdle(performed?.settlement ? done : undefined);
    expect(replay.completion).toBeUndefined();
  });

  it("does not wait for events or cancelled timers", () => {
    const { replay } = replayed([any(wait("Never"), timer(5, true))], [timerCreated(0)]);
    replay.completeWhenIdle(done);
    expect(replay.completion).toEqual(done);
  });

  it("is continue-as-new with the input of the action, and carries later events over", () => {
    const again: Action = { actionType: 4, input: { n: 2 } };
    const { replay } = replayed(
      [wait("Go"), again],
      [raised("Early"), raised("Go"), raised("Late")],
    );
    replay.completeWhenIdle(done);
    expect(replay.completion).toEqual({ kind: "ContinuedAsNew", input: '{"n":2}' });
    expect(replay.carried.map(({ Name }) => Name)).toEqual(["Late"]);
  });

  it("by terminate comes at once and stands", () => {
    const terminated = event({ EventType: EventType.ExecutionTerminated, Input: "why" });
    const { replay } = replayed([hello], [scheduled(0), terminated]);
    replay.completeWhenIdle(done);
    expect(replay.completion).toEqual({ kind: "Terminated", text: "why" });
  });
});

describe("suspend", () => {
  const suspended = event({ EventType: EventType.ExecutionSuspended, Reason: "r" });
  const resumed = event({ EventType: EventType.ExecutionResumed, Reason: "r" });

  it("holds back decisions that were collected already", () => {
    expect(decisionsOf(replayed([hello], [suspended]).replay)).toEqual([]);
    expect(decisionsOf(replayed([hello], [suspended, resumed]).replay)).toEqual([
      "0 activity hello",
    ]);
  });

  it("queues events until resume", () => {
    const events = [scheduled(0), suspended, completed(0)];
    expect(decisionsOf(replayed([hello, other], events).replay)).toEqual([]);
    const after = replayed([hello, other], [...events, resumed]).replay;
    expect(decisionsOf(after)).toEqual(["1 activity other"]);
  });

  it("lets terminate through", () => {
    const terminated = event({ EventType: EventType.ExecutionTerminated, Input: "why" });
    expect(replayed([hello], [suspended, terminated]).replay.completion?.kind).toBe("Terminated");
  });
});
