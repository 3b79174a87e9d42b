import { afterEach, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { seededRandom, shuffled } from "../../local/functions-host/durable/faults.js";
import { type HostProcess, startHostProcess } from "./support/host-process.js";
import { raise, run, start, waitForStatus } from "./support/management-client.js";
import { bundleSampleApp, type SampleApp } from "./support/sample-app.js";

let app: SampleApp;
const hosts: HostProcess[] = [];
beforeAll(async () => {
  app = await bundleSampleApp("streaming");
});
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.stop();
});
async function hostWith(...args: string[]): Promise<HostProcess> {
  const host = await startHostProcess(app, { args });
  hosts.push(host);
  return host;
}

it("ignores a second completion of the same activity", async () => {
  const { url } = await hostWith("--fault", "duplicateActivityCompletions");
  expect(await run(url, "parallelThenChild")).toEqual({
    r: ["Hello a", "Hello b"],
    s: "Hello child-7",
  });
});

it("runs every activity twice when told to, and orchestrations end alike", async () => {
  const { url } = await hostWith("--fault", "duplicateActivities");
  const id = await start(url, "waitFor", { event: "Go" });
  await raise(url, id, "Go", 1);
  expect((await waitForStatus(url, id, "Completed")).output).toEqual({ value: 1 });
  const calls = z.array(z.string()).parse(await (await fetch(`${url}/api/calls`)).json());
  expect(calls).toEqual(["after Go", "after Go"]);
});

it("delivers every event twice when told to", async () => {
  const { url } = await hostWith("--fault", "duplicateEvents");
  const id = await start(url, "twoEvents");
  await raise(url, id, "Note", 1);
  expect((await waitForStatus(url, id, "Completed")).output).toEqual({ first: 1, second: 1 });
});

it("fans in whatever the order of completions", async () => {
  const { url } = await hostWith("--fault", "reorderMessages");
  expect(await run(url, "fanOut", { width: 50 })).toEqual({ results: 50 });
});

it("fails an instance that calls an unknown function, in strict mode", async () => {
  const { url } = await hostWith("--unknown-functions", "fail");
  const id = await start(url, "callsNobody");
  const { output } = await waitForStatus(url, id, "Failed");
  expect(output).toContain("The function 'nobody' doesn't exist");
});

it("shuffles in an order that the seed repeats, without losing anything", () => {
  const items = Array.from({ length: 20 }, (_, index) => index);
  const first = shuffled(items, seededRandom(7));
  expect(shuffled(items, seededRandom(7))).toEqual(first);
  expect(first).not.toEqual(items);
  expect([...first].sort((left, right) => left - right)).toEqual(items);
});
