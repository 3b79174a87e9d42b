import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type HostProcess, startHostProcess } from "./support/host-process.js";
import {
  operate,
  raise,
  run,
  start,
  startResponse,
  status,
  waitForStatus,
} from "./support/management-client.js";
import { bundleSampleApp } from "./support/sample-app.js";

let host: HostProcess;
let url: string;
beforeAll(async () => {
  host = await startHostProcess(await bundleSampleApp("streaming"));
  url = host.url;
});
afterAll(() => host.stop());

const calls = async (): Promise<string[]> =>
  (await fetch(`${url}/api/calls`)).json() as Promise<string[]>;

describe("orchestrations", () => {
  it("run activities in parallel, then a child", async () => {
    expect(await run(url, "parallelThenChild")).toEqual({
      r: ["Hello a", "Hello b"],
      s: "Hello child-7",
    });
  });

  it.each([
    { behaviour: "hand an object to the code", input: { a: 1 }, type: "object" },
    { behaviour: "hand text to the code", input: "text", type: "string" },
    {
      behaviour: "hand the empty text of a start without input to the code",
      input: "",
      type: "string",
    },
    { behaviour: "hand null to the code", input: null, type: "object" },
  ])("$behaviour", async ({ input, type }) => {
    expect(await run(url, "input", input)).toEqual({ input, type });
  });

  it("fan out and in again within one instance", async () => {
    expect(await run(url, "fanOut", { width: 100 })).toEqual({ results: 100 });
  });

  it("fan out to children and wait for all of them", async () => {
    expect(await run(url, "lane", { lanes: 20 })).toEqual({ lanes: 20 });
  });

  it("tell their activities who calls", async () => {
    const id = await start(url, "called");
    const { output } = await waitForStatus(url, id, "Completed");
    expect(output).toEqual({ caller: id, instanceId: id });
  });

  it("name a child after its parent's execution and the sequence id", async () => {
    const id = await start(url, "parallelThenChild");
    await waitForStatus(url, id, "Completed");
    const { historyEvents } = await status(url, id, "?showHistory=true");
    expect(JSON.stringify(historyEvents)).toMatch(/"InstanceId":"[0-9a-f]{32}:2"/);
  });
});

describe("timers and events", () => {
  it("let the timer win when nothing else happens", async () => {
    expect(await run(url, "approvalOrTimeout", { ms: 30 })).toEqual({ by: "timeout" });
  });

  it("let an event win and complete once the timer is cancelled", async () => {
    const id = await start(url, "approvalOrTimeout", { ms: 600_000 });
    expect((await waitForStatus(url, id, "Running")).customStatus).toEqual({ stage: "waiting" });
    await raise(url, id, "Approved", { who: "amy" });
    expect((await waitForStatus(url, id, "Completed")).output).toEqual({ by: { who: "amy" } });
  });

  it("fire a timer of the past at once", async () => {
    const { waited } = (await run(url, "timers")) as { waited: number };
    expect(waited).toBeGreaterThanOrEqual(50);
    expect(waited).toBeLessThan(2000);
  });

  it("give out buffered events of a name in the order of their arrival", async () => {
    const id = await start(url, "twoEvents");
    await raise(url, id, "Note", 1);
    await raise(url, id, "Note", 2);
    expect((await waitForStatus(url, id, "Completed")).output).toEqual({ first: 1, second: 2 });
  });

  it("lose buffered events at continue-as-new", async () => {
    const id = await start(url, "drain", { round: 0 });
    await waitForStatus(url, id, "Running");
    await raise(url, id, "Second", "early");
    await raise(url, id, "First");
    await vi.waitFor(async () => expect((await status(url, id)).input).toEqual({ round: 1 }));
    expect((await status(url, id)).runtimeStatus).toBe("Running");
    await raise(url, id, "Second", "late");
    expect((await waitForStatus(url, id, "Completed")).output).toEqual({ event: "late" });
  });

  it("swallow an event whose name differs in case", async () => {
    const id = await start(url, "waitFor", { event: "Approval" });
    await waitForStatus(url, id, "Running");
    await raise(url, id, "approval", "wrong");
    await raise(url, id, "Approval", "right");
    // The extension gives the first event to its waiter, so the code sees the second only; nothing more is scheduled.
    await vi.waitFor(async () => {
      const { historyEvents } = await status(url, id, "?showHistory=true");
      expect(JSON.stringify(historyEvents)).toContain("right");
    });
    expect((await status(url, id)).runtimeStatus).toBe("Completed");
  });
});

describe("retries", () => {
  it("succeed with a later attempt", async () => {
    expect(await run(url, "retries", { key: "later", failures: 2 })).toBe("ok after 3");
  });

  it("throw after the last attempt and its dummy timer, and the code goes on", async () => {
    const output = (await run(url, "retries", { key: "never", failures: 9 })) as {
      caught: string;
      next: string;
    };
    expect(output.caught).toContain("Activity function 'flaky' failed: boom 3");
    expect(output.next).toBe("Hello after");
  });
});

describe("continue-as-new", () => {
  it("starts generation after generation with a short history", async () => {
    const id = await start(url, "counter", { n: 0, until: 4 });
    expect((await waitForStatus(url, id, "Completed")).output).toEqual({ generations: 4 });
    const { historyEvents } = await status(url, id, "?showHistory=true");
    expect(historyEvents).toHaveLength(9);
  });

  it("encodes a text twice", async () => {
    expect(await run(url, "textAsNew")).toEqual({ input: '"text"' });
  });
});

describe("completion", () => {
  it("fails with the message of what was thrown", async () => {
    const id = await start(url, "fails");
    expect((await waitForStatus(url, id, "Failed")).output).toBe(
      "Orchestrator function 'fails' failed: it does not work",
    );
    expect(host.log()).toMatch(
      /error \[fails [0-9a-f-]{36}\] The orchestrator failed: it does not work/,
    );
  });

  it("tells a parent why its child failed", async () => {
    const { caught } = (await run(url, "parentOfFailing")) as { caught: string };
    expect(caught).toContain("Orchestrator function 'fails' failed: it does not work");
    expect(caught).toContain("Message: ");
  });

  it("waits for open activities even when the code has failed", async () => {
    const id = await start(url, "failsWithOpenWork", { ms: 300 });
    await vi.waitFor(async () => expect(host.log()).toContain("too early"));
    expect((await status(url, id)).runtimeStatus).toBe("Running");
    await waitForStatus(url, id, "Failed");
  });

  it("waits for a timer that was not cancelled", async () => {
    const id = await start(url, "forgottenTimer", { ms: 300 });
    await vi.waitFor(async () => {
      const { historyEvents } = await status(url, id, "?showHistory=true");
      expect(JSON.stringify(historyEvents)).toContain("Hello quick");
    });
    expect((await status(url, id)).runtimeStatus).toBe("Running");
    await waitForStatus(url, id, "Completed");
  });

  it("does not come when the code calls an activity that does not exist", async () => {
    const id = await start(url, "callsNobody");
    await vi.waitFor(() => expect(host.log()).toContain("The function 'nobody' doesn't exist"));
    expect((await waitForStatus(url, id, "Running")).output).toBeNull();
  });

  it("is a failure when the custom status is longer than 16 KB in UTF-16", async () => {
    const id = await start(url, "bigStatus");
    expect((await waitForStatus(url, id, "Failed")).output).toContain("must not exceed 16 KB");
  });
});

describe("activities", () => {
  it.each([
    { behaviour: "receive text as text", input: "abc", expected: { type: "string", text: "abc" } },
    {
      behaviour: "receive digits in text as text",
      input: "123",
      expected: { type: "string", text: "123" },
    },
    { behaviour: "receive the empty text", input: "", expected: { type: "string", text: "" } },
    {
      behaviour: "receive a number as a number",
      input: 5,
      expected: { type: "number", text: "5" },
    },
    {
      behaviour: "receive a lone boolean as .NET's text",
      input: true,
      expected: { type: "string", text: "True" },
    },
    {
      behaviour: "receive an object as an object",
      input: { a: 1 },
      expected: { type: "object", text: "[object Object]" },
    },
    {
      behaviour: "receive null as nothing",
      input: null,
      expected: { type: "undefined", text: "undefined" },
    },
  ])("$behaviour", async ({ input, expected }) => {
    expect(await run(url, "activityInput", input)).toEqual(expected);
  });

  it.each([
    { behaviour: "return text that looks like JSON as text", value: '{"a":1}' },
    { behaviour: "return an integer", value: 7 },
    { behaviour: "return a fraction", value: 1.5 },
    { behaviour: "return a list", value: [1, "two", null] },
    { behaviour: "return nothing as null", value: null },
  ])("$behaviour", async ({ value }) => {
    expect(await run(url, "echoes", value)).toEqual(value);
  });

  it("hide credentials in what their failure says", async () => {
    const id = await start(url, "leaks");
    const { output } = await waitForStatus(url, id, "Failed");
    expect(output).toContain("connect [Hidden Credential]");
    expect(output).not.toContain("c2VjcmV0");
  });
});

describe("terminate", () => {
  it("ends an instance at once with the reason as its output", async () => {
    const id = await start(url, "waitFor", { event: "Never" });
    await operate(url, id, "terminate", "enough");
    expect((await waitForStatus(url, id, "Terminated")).output).toBe("enough");
  });

  it("leaves children running", async () => {
    const child = `child-${crypto.randomUUID()}`;
    const id = await start(url, "parentOf", { name: "waitFor", id: child });
    await vi.waitFor(async () => expect((await status(url, child)).runtimeStatus).toBe("Running"));
    await operate(url, id, "terminate");
    await waitForStatus(url, id, "Terminated");
    expect((await status(url, child)).runtimeStatus).toBe("Running");
    await operate(url, child, "terminate");
  });

  it("of a child fails its parent, which cannot catch it", async () => {
    const child = `child-${crypto.randomUUID()}`;
    const id = await start(url, "parentOf", { name: "waitFor", id: child });
    await vi.waitFor(async () => expect((await status(url, child)).runtimeStatus).toBe("Running"));
    await operate(url, child, "terminate");
    await waitForStatus(url, id, "Failed");
  });
});

describe("suspend", () => {
  it("holds back what comes until resume, and publishes the reason", async () => {
    const id = await start(url, "waitFor", { event: "Go" });
    await waitForStatus(url, id, "Running");
    await operate(url, id, "suspend", "holiday");
    expect((await waitForStatus(url, id, "Suspended")).output).toBe("holiday");
    await raise(url, id, "Go", "now");
    await vi.waitFor(async () => {
      const { historyEvents } = await status(url, id, "?showHistory=true");
      expect(JSON.stringify(historyEvents)).toContain('"Name":"Go"');
    });
    expect(await calls()).not.toContain("after Go");
    await operate(url, id, "resume", "back");
    expect((await waitForStatus(url, id, "Completed")).output).toEqual({ value: "now" });
    expect(await calls()).toContain("after Go");
  });
});

describe("custom status", () => {
  it("stays when the code sets a falsy one", async () => {
    const id = await start(url, "statuses");
    await waitForStatus(url, id, "Running");
    await raise(url, id, "Next");
    await vi.waitFor(async () => {
      const { historyEvents } = await status(url, id, "?showHistory=true");
      expect(JSON.stringify(historyEvents)).toContain('"Name":"Next"');
    });
    expect((await status(url, id)).customStatus).toEqual({ step: 1 });
    await raise(url, id, "Next");
    await waitForStatus(url, id, "Completed");
  });
});

describe("where SDK and extension disagree", () => {
  it("runs an activity twice whose task is waited for in a second Task.any", async () => {
    await run(url, "reusedTask");
    const starts = (await calls()).filter((call) => call === "start reused b");
    expect(starts).toHaveLength(2);
  });

  it("gives the result of a retry to the next call when a sibling failed", async () => {
    const output = await run(url, "retryBesideFailure", { key: "sibling" });
    expect(output).not.toEqual({ next: "next" });
  });

  it("schedules nothing after a failed Task.all until the slowest sibling has ended", async () => {
    await run(url, "allWithEarlyFailure");
    const log = await calls();
    expect(log.indexOf("after failure")).toBeGreaterThan(log.indexOf("end sibling"));
  });
});

describe("deterministic helpers", () => {
  it("make the same identifier in every replay", async () => {
    const { first } = (await run(url, "guids")) as { first: string };
    expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5/);
  });
});

it("refuses a start with a body that is not JSON", async () => {
  expect((await startResponse(url, "waitFor", "{")).status).toBe(400);
});
