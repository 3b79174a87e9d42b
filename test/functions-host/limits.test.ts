import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { type HostProcess, startHostProcess } from "./support/host-process.js";
import { run, start, waitForStatus } from "./support/management-client.js";
import { bundleSampleApp } from "./support/sample-app.js";

let host: HostProcess;
beforeAll(async () => {
  const durableTask = { hubName: "Limits", maxConcurrentActivityFunctions: 2 };
  const hostJson = { version: "2.0", functionTimeout: "00:00:01", extensions: { durableTask } };
  host = await startHostProcess(await bundleSampleApp("streaming", hostJson));
});
afterAll(() => host.stop());

it("runs no more activities at once than host.json allows", async () => {
  await run(host.url, "slows", { width: 5, ms: 20 });
  const log = z.array(z.string()).parse(await (await fetch(`${host.url}/api/calls`)).json());
  const running = log.map((_, index) =>
    log.slice(0, index + 1).reduce((sum, call) => sum + (call.startsWith("start") ? 1 : -1), 0),
  );
  expect(log).toHaveLength(10);
  expect(Math.max(...running)).toBe(2);
});

it("fails an activity that runs longer than functionTimeout", async () => {
  const id = await start(host.url, "slows", { width: 1, ms: 5000 });
  const { output } = await waitForStatus(host.url, id, "Failed");
  expect(output).toContain("Activity function 'slow' failed: Timeout value of 1 s was exceeded");
});
