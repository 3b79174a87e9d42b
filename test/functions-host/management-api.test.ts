import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { type HostProcess, startHostProcess } from "./support/host-process.js";
import {
  operate,
  purge,
  raise,
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

const Answer = z.object({ result: z.unknown().optional(), rejected: z.string().optional() });

/** Calls one method of the SDK's DurableClient inside the app. */
async function client(call: string, ...args: unknown[]): Promise<z.infer<typeof Answer>> {
  const body = JSON.stringify(args);
  const response = await fetch(`${url}/api/client/${call}`, { method: "POST", body });
  return Answer.parse(await response.json());
}

const instances = () => `${url}/runtime/webhooks/durabletask/instances`;
const newId = () => `test-${crypto.randomUUID()}`;

async function waiting(): Promise<string> {
  const id = await start(url, "waitFor", { event: "Go" });
  await waitForStatus(url, id, "Running");
  return id;
}

async function finished(): Promise<string> {
  const id = await start(url, "child", { n: 1 });
  await waitForStatus(url, id, "Completed");
  return id;
}

describe("start", () => {
  it("answers 202 with management URLs, Location and Retry-After", async () => {
    const response = await startResponse(url, "child", '{"n":1}', newId());
    const body = z.record(z.string(), z.string()).parse(await response.json());
    expect(response.status).toBe(202);
    expect(response.headers.get("location")).toBe(body.statusQueryGetUri);
    expect(response.headers.get("retry-after")).toBe("10");
    expect(body.sendEventPostUri).toContain("/raiseEvent/{eventName}?taskHub=SampleHub&");
  });

  it.each([
    { behaviour: "refuses an orchestration that does not exist", name: "nobody", id: "" },
    { behaviour: "refuses an id that begins with @", name: "child", id: "@entity" },
    { behaviour: "refuses an id longer than 100 characters", name: "child", id: "x".repeat(101) },
    { behaviour: "refuses an id with a question mark", name: "child", id: "a%3Fb" },
  ])("$behaviour", async ({ name, id }) => {
    expect((await startResponse(url, name, "{}", id)).status).toBe(400);
  });

  it("makes an id of 32 hexadecimal digits", async () => {
    expect(await start(url, "child", { n: 1 })).toMatch(/^[0-9a-f]{32}$/);
  });

  it("by the SDK without input hands the code an empty text", async () => {
    const { result } = await client("startNew", "input");
    const done = await waitForStatus(url, String(result), "Completed");
    expect(done.output).toEqual({ input: "", type: "string" });
  });

  it("finds the orchestration whatever the case of its name", async () => {
    const id = await start(url, "CHILD", { n: 2 });
    expect((await waitForStatus(url, id, "Completed")).name).toBe("child");
  });
});

describe("an id in use", () => {
  it("refuses a second start while the instance lives", async () => {
    const id = await waiting();
    const response = await startResponse(url, "waitFor", "{}", id);
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({
      ExceptionMessage: "An Orchestration instance with the status Running already exists.",
    });
    const { rejected } = await client("startNew", "waitFor", { instanceId: id, input: {} });
    expect(rejected).toContain("already exists");
  });

  it("is free again once the instance has ended, and nothing of it is left", async () => {
    const id = await finished();
    await start(url, "waitFor", { event: "Go" }, id);
    const now = await waitForStatus(url, id, "Running");
    expect(now).toMatchObject({ name: "waitFor", output: null });
  });
});

describe("status", () => {
  it("answers 202 with Location and Retry-After while the instance runs", async () => {
    const response = await fetch(`${instances()}/${await waiting()}`);
    expect(response.status).toBe(202);
    expect(response.headers.get("retry-after")).toBe("5");
    expect(response.headers.get("location")).toContain("/instances/");
  });

  it("answers 200 once it has ended, with times of whole seconds", async () => {
    const response = await fetch(`${instances()}/${await finished()}`);
    expect(response.status).toBe(200);
    const body = z.object({ createdTime: z.string() }).parse(await response.json());
    expect(body.createdTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  it("answers 500 for a failure when asked to", async () => {
    const id = await start(url, "fails");
    await waitForStatus(url, id, "Failed");
    const query = "?returnInternalServerErrorOnFailure=true";
    expect((await fetch(`${instances()}/${id}${query}`)).status).toBe(500);
    expect((await fetch(`${instances()}/${id}`)).status).toBe(200);
  });

  it("is 404 for an unknown id, which rejects in the SDK", async () => {
    expect((await fetch(`${instances()}/unknown`)).status).toBe(404);
    expect((await client("getStatus", "unknown")).rejected).toContain("HTTP 404");
  });

  it("carries the history under a name that the SDK does not read", async () => {
    const id = await finished();
    expect(await status(url, id, "?showHistory=true")).toHaveProperty("historyEvents");
    const { result } = await client("getStatus", id, { showHistory: true });
    expect(result).toMatchObject({ runtimeStatus: "Completed" });
    expect(result).not.toHaveProperty("history");
  });
});

describe("queries", () => {
  it("answer pages of 100 that the SDK puts together", async () => {
    const prefix = `page-${crypto.randomUUID()}`;
    const ids = Array.from({ length: 101 }, (_, index) => `${prefix}-${1000 + index}`);
    await Promise.all(ids.map((id) => start(url, "child", { n: 1 }, id)));
    const first = await fetch(`${instances()}/?instanceIdPrefix=${prefix}`);
    expect(await first.json()).toHaveLength(100);
    expect(first.headers.get("x-ms-continuation-token")).toBeTruthy();
    const all = z.array(z.object({ instanceId: z.string() }));
    const found = all.parse((await client("getStatusAll")).result);
    expect(found.filter(({ instanceId }) => instanceId.startsWith(prefix))).toHaveLength(101);
  });

  it("filter by status and time of creation", async () => {
    const [open, done] = [await waiting(), await finished()];
    const filter = { createdTimeFrom: new Date(Date.now() - 60_000), runtimeStatus: ["Running"] };
    const { result } = await client("getStatusBy", filter);
    const ids = z.array(z.object({ instanceId: z.string() })).parse(result);
    expect(ids).toContainEqual({ instanceId: open });
    expect(ids).not.toContainEqual({ instanceId: done });
    const later = { createdTimeFrom: new Date(Date.now() + 60_000), runtimeStatus: ["Running"] };
    expect((await client("getStatusBy", later)).result).toEqual([]);
  });
});

describe("operations", () => {
  it.each([
    { behaviour: "raise an event", run: (id: string) => raise(url, id, "Go") },
    { behaviour: "terminate an instance", run: (id: string) => operate(url, id, "terminate") },
    { behaviour: "suspend an instance", run: (id: string) => operate(url, id, "suspend") },
  ])("$behaviour with 202, 404 when unknown and 410 when finished", async ({ run }) => {
    expect((await run(await waiting())).status).toBe(202);
    expect((await run("unknown")).status).toBe(404);
    expect((await run(await finished())).status).toBe(410);
  });

  it("refuse a second suspend and a resume of what is not suspended", async () => {
    const id = await waiting();
    expect((await operate(url, id, "resume")).status).toBe(500);
    await operate(url, id, "suspend");
    await waitForStatus(url, id, "Suspended");
    expect((await operate(url, id, "suspend")).status).toBe(500);
    expect((await operate(url, id, "resume")).status).toBe(202);
    await waitForStatus(url, id, "Running");
  });

  it("refuse an event that is not JSON", async () => {
    const target = `${instances()}/${await waiting()}/raiseEvent/Go`;
    expect((await fetch(target, { method: "POST", body: "" })).status).toBe(400);
  });

  it("say that rewind is not supported", async () => {
    expect((await operate(url, await finished(), "rewind")).status).toBe(501);
  });

  it("resolve silently in the SDK when the instance has ended", async () => {
    expect(await client("raiseEvent", await finished(), "Go", 1)).toEqual({ result: null });
    expect((await client("raiseEvent", "unknown", "Go", 1)).rejected).toContain("No instance");
  });

  it("reach the instance through every call of the SDK", async () => {
    const id = await waiting();
    await client("suspend", id, "pause");
    await waitForStatus(url, id, "Suspended");
    await client("resume", id, "go on");
    await waitForStatus(url, id, "Running");
    await client("raiseEvent", id, "Go", { a: 1 });
    expect((await waitForStatus(url, id, "Completed")).output).toEqual({ value: { a: 1 } });
    const other = await waiting();
    await client("terminate", other, "stop");
    await waitForStatus(url, other, "Terminated");
  });
});

describe("purge", () => {
  it("removes an instance, even one that runs, whose late messages are dropped", async () => {
    const id = await waiting();
    expect(await (await purge(url, id)).json()).toEqual({ instancesDeleted: 1 });
    expect((await fetch(`${instances()}/${id}`)).status).toBe(404);
    expect((await purge(url, id)).status).toBe(404);
    expect((await raise(url, id, "Go")).status).toBe(404);
  });

  it("drops the answer of an activity that was running", async () => {
    const id = await start(url, "failsWithOpenWork", { ms: 100 });
    await waitForStatus(url, id, "Running");
    await purge(url, id);
    await start(url, "waitFor", { event: "Go" }, id);
    await waitForStatus(url, id, "Running");
    await raise(url, id, "Go", 1);
    expect((await waitForStatus(url, id, "Completed")).output).toEqual({ value: 1 });
  });

  it("by filter needs a time of creation and takes finished instances only", async () => {
    const [open, done] = [await waiting(), await finished()];
    expect((await fetch(`${instances()}/`, { method: "DELETE" })).status).toBe(400);
    const { result } = await client("purgeInstanceHistoryBy", {
      createdTimeFrom: new Date(Date.now() - 3600_000),
    });
    expect(result).toMatchObject({ instancesDeleted: expect.any(Number) });
    expect((await fetch(`${instances()}/${done}`)).status).toBe(404);
    expect((await status(url, open)).runtimeStatus).toBe("Running");
    const future = { createdTimeFrom: new Date(Date.now() + 3600_000) };
    expect((await client("purgeInstanceHistoryBy", future)).result).toEqual({
      instancesDeleted: 0,
    });
  });
});

it("gives check-status URLs with the origin of the request", async () => {
  const response = await fetch(`${url}/api/start/guids`, { method: "POST" });
  expect(response.status).toBe(202);
  expect(response.headers.get("location")).toContain(`${url}/runtime/webhooks/durabletask/`);
});
