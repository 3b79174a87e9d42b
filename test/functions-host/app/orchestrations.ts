import { setTimeout as delay } from "node:timers/promises";
import type { InvocationContext } from "@azure/functions";
import * as df from "durable-functions";
import { z } from "zod";

/** What activities did, for tests to read; the log of one process. */
export const calls: string[] = [];

df.app.activity("hello", { handler: (name: string) => `Hello ${name}` });
df.app.activity("echo", { handler: (input: unknown) => input });
df.app.activity("record", {
  handler: (entry: { text: string }) => {
    calls.push(entry.text);
    return entry;
  },
});
df.app.activity("slow", {
  handler: async ({ ms, text }: { ms: number; text: string }) => {
    calls.push(`start ${text}`);
    await delay(ms);
    calls.push(`end ${text}`);
    return text;
  },
});
const attempts = new Map<string, number>();
df.app.activity("flaky", {
  handler: ({ key, failures }: { key: string; failures: number }) => {
    const attempt = (attempts.get(key) ?? 0) + 1;
    attempts.set(key, attempt);
    if (attempt <= failures) throw new Error(`boom ${attempt}`);
    return `ok after ${attempt}`;
  },
});
df.app.activity("leak", {
  handler: () => {
    throw new Error("connect AccountKey=c2VjcmV0 failed");
  },
});
df.app.activity("describe", {
  handler: (input: unknown) => ({ type: typeof input, text: String(input) }),
});
df.app.activity("caller", {
  handler: (_input: unknown, { triggerMetadata }: InvocationContext) => triggerMetadata?.instanceId,
});

df.app.orchestration("parallelThenChild", function* (context) {
  const hello = (name: string) => context.df.callActivity("hello", name);
  const r: unknown = yield context.df.Task.all([hello("a"), hello("b")]);
  const s: unknown = yield context.df.callSubOrchestrator("child", { n: 7 });
  return { r, s };
});
df.app.orchestration("child", function* (context) {
  const { n } = z.object({ n: z.number() }).parse(context.df.getInput());
  return yield context.df.callActivity("hello", `child-${n}`);
});
df.app.orchestration("input", function* (context) {
  yield context.df.callActivity("hello", "x");
  return { input: context.df.getInput(), type: typeof context.df.getInput() };
});
df.app.orchestration("sequence", function* (context) {
  const { steps } = z.object({ steps: z.number() }).parse(context.df.getInput());
  for (let step = 0; step < steps; step++) yield context.df.callActivity("echo", { step });
  return { steps };
});
df.app.orchestration("fanOut", function* (context) {
  const { width } = z.object({ width: z.number() }).parse(context.df.getInput());
  const tasks = Array.from({ length: width }, (_, index) =>
    context.df.callActivity("echo", { index }),
  );
  const results: unknown[] = yield context.df.Task.all(tasks);
  return { results: results.length };
});
df.app.orchestration("approvalOrTimeout", function* (context) {
  const { ms } = z.object({ ms: z.number() }).parse(context.df.getInput());
  const deadline = new Date(context.df.currentUtcDateTime.getTime() + ms);
  const timer = context.df.createTimer(deadline);
  const approval = context.df.waitForExternalEvent("Approved");
  context.df.setCustomStatus({ stage: "waiting" });
  const winner: unknown = yield context.df.Task.any([approval, timer]);
  if (winner === timer) return { by: "timeout" };
  timer.cancel();
  return { by: approval.result };
});
df.app.orchestration("retries", function* (context) {
  const { key, failures } = z
    .object({ key: z.string(), failures: z.number() })
    .parse(context.df.getInput());
  const options = new df.RetryOptions(10, 3);
  try {
    return yield context.df.callActivityWithRetry("flaky", options, { key, failures });
  } catch (error) {
    const next: unknown = yield context.df.callActivity("hello", "after");
    return { caught: String(error), next };
  }
});
df.app.orchestration("counter", function* (context) {
  const { n, until } = z.object({ n: z.number(), until: z.number() }).parse(context.df.getInput());
  yield context.df.callActivity("echo", { n });
  if (n < until) {
    context.df.continueAsNew({ n: n + 1, until });
    return;
  }
  return { generations: n };
});
df.app.orchestration("textAsNew", function* (context) {
  const input: unknown = context.df.getInput();
  if (typeof input === "string") return { input };
  yield context.df.callActivity("echo", 1);
  context.df.continueAsNew("text");
});
df.app.orchestration("drain", function* (context) {
  const { round } = z.object({ round: z.number() }).parse(context.df.getInput());
  if (round === 0) {
    yield context.df.waitForExternalEvent("First");
    context.df.continueAsNew({ round: 1 });
    return;
  }
  const event: unknown = yield context.df.waitForExternalEvent("Second");
  return { event };
});
df.app.orchestration("twoEvents", function* (context) {
  const first: unknown = yield context.df.waitForExternalEvent("Note");
  const second: unknown = yield context.df.waitForExternalEvent("Note");
  return { first, second };
});
df.app.orchestration("waitFor", function* (context) {
  const { event } = z.object({ event: z.string() }).parse(context.df.getInput());
  const value: unknown = yield context.df.waitForExternalEvent(event);
  yield context.df.callActivity("record", { text: `after ${event}` });
  return { value };
});
df.app.orchestration("fails", function* (context) {
  yield context.df.callActivity("hello", "x");
  throw new Error("it does not work");
});
df.app.orchestration("parentOfFailing", function* (context) {
  try {
    yield context.df.callSubOrchestrator("fails", {});
    return {};
  } catch (error) {
    return { caught: String(error) };
  }
});
df.app.orchestration("failsWithOpenWork", function* (context) {
  const { ms } = z.object({ ms: z.number() }).parse(context.df.getInput());
  const slow = context.df.callActivity("slow", { ms, text: "open" });
  yield context.df.Task.any([slow, context.df.callActivity("hello", "quick")]);
  throw new Error("too early");
});
df.app.orchestration("forgottenTimer", function* (context) {
  const { ms } = z.object({ ms: z.number() }).parse(context.df.getInput());
  const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + ms));
  yield context.df.Task.any([timer, context.df.callActivity("hello", "quick")]);
  return { done: true };
});
df.app.orchestration("timers", function* (context) {
  const before = context.df.currentUtcDateTime.getTime();
  yield context.df.createTimer(new Date(before - 60_000));
  yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 50));
  return { waited: context.df.currentUtcDateTime.getTime() - before };
});
df.app.orchestration("sleep", function* (context) {
  const { until } = z.object({ until: z.string() }).parse(context.df.getInput());
  yield context.df.createTimer(new Date(until));
  return { woke: true };
});
df.app.orchestration("callsNobody", function* (context) {
  return yield context.df.callActivity("nobody", {});
});
df.app.orchestration("activityInput", function* (context) {
  return yield context.df.callActivity("describe", context.df.getInput());
});
df.app.orchestration("called", function* (context) {
  const caller: unknown = yield context.df.callActivity("caller", {});
  return { caller, instanceId: context.df.instanceId };
});
df.app.orchestration("echoes", function* (context) {
  return yield context.df.callActivity("echo", context.df.getInput());
});
df.app.orchestration("leaks", function* (context) {
  return yield context.df.callActivity("leak", {});
});
df.app.orchestration("parentOf", function* (context) {
  const { name, id } = z.object({ name: z.string(), id: z.string() }).parse(context.df.getInput());
  return yield context.df.callSubOrchestrator(name, { event: "Never" }, id);
});
df.app.orchestration("bigStatus", function* (context) {
  context.df.setCustomStatus({ text: "x".repeat(8200) });
  yield context.df.callActivity("hello", "x");
});
df.app.orchestration("statuses", function* (context) {
  context.df.setCustomStatus({ step: 1 });
  yield context.df.waitForExternalEvent("Next");
  context.df.setCustomStatus(0);
  yield context.df.waitForExternalEvent("Next");
});
df.app.orchestration("reusedTask", function* (context) {
  const a = context.df.callActivity("slow", { ms: 60, text: "reused a" });
  const b = context.df.callActivity("slow", { ms: 120, text: "reused b" });
  yield context.df.Task.any([a, b]);
  yield context.df.Task.any([b]);
  return { done: true };
});
df.app.orchestration("retryBesideFailure", function* (context) {
  const options = new df.RetryOptions(10, 2);
  const { key } = z.object({ key: z.string() }).parse(context.df.getInput());
  try {
    yield context.df.Task.all([
      context.df.callActivityWithRetry("flaky", options, { key, failures: 1 }),
      context.df.callActivity("leak", {}),
    ]);
    return {};
  } catch {
    const next: unknown = yield context.df.callActivity("slow", { ms: 100, text: "next" });
    return { next };
  }
});
df.app.orchestration("allWithEarlyFailure", function* (context) {
  try {
    yield context.df.Task.all([
      context.df.callActivity("leak", {}),
      context.df.callActivity("slow", { ms: 300, text: "sibling" }),
    ]);
  } catch {
    yield context.df.callActivity("record", { text: "after failure" });
  }
  return {};
});
df.app.orchestration("nondeterministic", function* (context) {
  // Code that changes with the process, as a deployment in mid-run would change it.
  const { event } = z.object({ event: z.string() }).parse(context.df.getInput());
  if (process.env.SAMPLE_VERSION === "2") yield context.df.callActivity("echo", 2);
  else yield context.df.callActivity("hello", "one");
  yield context.df.waitForExternalEvent(event);
  return {};
});
df.app.orchestration("guids", function* (context) {
  const first = context.df.newGuid("seed");
  yield context.df.callActivity("echo", 1);
  return { first, replayed: context.df.isReplaying };
});
df.app.orchestration("lane", function* (context) {
  const { lanes } = z.object({ lanes: z.number() }).parse(context.df.getInput());
  yield context.df.Task.all(
    Array.from({ length: lanes }, (_, n) => context.df.callSubOrchestrator("child", { n })),
  );
  return { lanes };
});
df.app.orchestration("slows", function* (context) {
  const { width, ms } = z
    .object({ width: z.number(), ms: z.number() })
    .parse(context.df.getInput());
  const slow = (n: number) => context.df.callActivity("slow", { ms, text: String(n) });
  return yield context.df.Task.all(Array.from({ length: width }, (_, n) => slow(n)));
});
