import type { OrchestrationContext, OrchestrationHandler } from "durable-functions";

/** What an orchestration asked for, in order. */
export type Call =
  | { readonly call: "activity"; readonly name: string; readonly input: unknown }
  | { readonly call: "orchestrator"; readonly name: string; readonly input: unknown }
  | { readonly call: "timer"; readonly at: string }
  | { readonly call: "timer cancelled" }
  | { readonly call: "event"; readonly name: string }
  | { readonly call: "all"; readonly of: readonly Call[] }
  | { readonly call: "any"; readonly of: readonly Call[] }
  | { readonly call: "continueAsNew"; readonly input: unknown };

/**
 * Answers a yielded call: a value, or `{ throws }` to fail it. For `any`: `{ winner: index }`. `{ raised, value }` is a
 * value before which an event came: the latest open wait takes it, as the SDK does it.
 */
export type Answer = (call: Call) => unknown;

interface FakeTask {
  readonly call: Call;
  readonly parts?: readonly FakeTask[];
  isCompleted: boolean;
  cancel(): void;
}

/**
 * Runs an orchestration against scripted answers and returns what it asked for, in order. The generator is the real
 * one; only the engine behind `context.df` is replaced, as the SDK's own test context leaves it out.
 */
export function drive(
  orchestration: OrchestrationHandler,
  input: unknown,
  answer: Answer,
  now = new Date("2026-01-01T10:00:00Z"),
): readonly Call[] {
  const calls: Call[] = [];
  const waits: FakeTask[] = [];
  const task = (call: Call, parts?: readonly FakeTask[]): FakeTask => ({
    call,
    ...(parts && { parts }),
    isCompleted: false,
    cancel: () => calls.push({ call: "timer cancelled" }),
  });
  const context = {
    error: () => undefined,
    df: {
      currentUtcDateTime: now,
      getInput: () => structuredClone(input),
      callActivity: (name: string, value: unknown) =>
        task({ call: "activity", name, input: value }),
      callActivityWithRetry: (name: string, _retry: unknown, value: unknown) =>
        task({ call: "activity", name, input: value }),
      callSubOrchestrator: (name: string, value: unknown) =>
        task({ call: "orchestrator", name, input: value }),
      createTimer: (at: Date) => task({ call: "timer", at: at.toISOString() }),
      waitForExternalEvent: (name: string) => {
        const wait = task({ call: "event", name });
        waits.push(wait);
        return wait;
      },
      continueAsNew: (value: unknown) => calls.push({ call: "continueAsNew", input: value }),
      Task: {
        all: (parts: readonly FakeTask[]) =>
          task({ call: "all", of: parts.map((part) => part.call) }, parts),
        any: (parts: readonly FakeTask[]) =>
          task({ call: "any", of: parts.map((part) => part.call) }, parts),
      },
    },
  };
  const generator = orchestration(context as unknown as OrchestrationContext);
  let step = generator.next();
  for (let steps = 0; !step.done; steps += 1) {
    if (steps > 1000) throw new Error("the orchestration does not end");
    const yielded = step.value as unknown as FakeTask;
    calls.push(yielded.call);
    const answered = answer(yielded.call);
    if (isRaised(answered)) completeLatest(waits);
    step = resume(generator, yielded, isRaised(answered) ? answered.value : answered);
  }
  return calls;
}

function resume(
  generator: Generator<unknown, unknown, unknown>,
  yielded: FakeTask,
  value: unknown,
): IteratorResult<never, unknown> {
  if (isFailure(value)) return generator.throw(value.throws) as IteratorResult<never, unknown>;
  if (yielded.call.call !== "any") return generator.next(value) as IteratorResult<never, unknown>;
  const winner = yielded.parts?.[(value as { winner: number }).winner];
  if (winner) winner.isCompleted = true;
  return generator.next(winner) as IteratorResult<never, unknown>;
}

function completeLatest(waits: readonly FakeTask[]): void {
  const latest = waits.findLast((wait) => !wait.isCompleted);
  if (latest) latest.isCompleted = true;
}

function isRaised(value: unknown): value is { raised: true; value: unknown } {
  return typeof value === "object" && value !== null && "raised" in value;
}

function isFailure(value: unknown): value is { throws: unknown } {
  return typeof value === "object" && value !== null && "throws" in value;
}
