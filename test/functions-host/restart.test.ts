import { createServer } from "node:http";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import {
  type HostProcess,
  type HostProcessOptions,
  startHostProcess,
} from "./support/host-process.js";
import { raise, start, status, waitForStatus } from "./support/management-client.js";
import { bundleSampleApp, type SampleApp } from "./support/sample-app.js";
import { temporaryFolder } from "./support/temporary-folder.js";

let app: SampleApp;
const hosts: HostProcess[] = [];
beforeAll(async () => {
  app = await bundleSampleApp("streaming");
});
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.stop();
});

async function startHost(options: HostProcessOptions = {}): Promise<HostProcess> {
  const host = await startHostProcess(app, options);
  hosts.push(host);
  return host;
}

const calls = async ({ url }: HostProcess) =>
  z.array(z.string()).parse(await (await fetch(`${url}/api/calls`)).json());

describe("after kill -9", () => {
  it("an instance waits on and gets its event", async () => {
    const first = await startHost();
    const id = await start(first.url, "waitFor", { event: "Go" });
    await waitForStatus(first.url, id, "Running");
    await first.kill();
    const second = await startHost({ dataDir: first.dataDir });
    await raise(second.url, id, "Go", 1);
    expect((await waitForStatus(second.url, id, "Completed")).output).toEqual({ value: 1 });
  });

  it("an activity that was running runs again", async () => {
    const first = await startHost();
    const id = await start(first.url, "failsWithOpenWork", { ms: 400 });
    await vi.waitFor(async () => expect(await calls(first)).toEqual(["start open"]));
    await first.kill();
    const second = await startHost({ dataDir: first.dataDir });
    await waitForStatus(second.url, id, "Failed");
    expect(await calls(second)).toEqual(["start open", "end open"]);
  });

  it("a timer that came due meanwhile fires, and one of the future stays", async () => {
    const first = await startHost();
    const soon = await start(first.url, "sleep", { until: new Date(Date.now() + 200) });
    const later = await start(first.url, "sleep", { until: new Date(Date.now() + 3600_000) });
    await waitForStatus(first.url, soon, "Running");
    await waitForStatus(first.url, later, "Running");
    await first.kill();
    const second = await startHost({ dataDir: first.dataDir });
    expect((await waitForStatus(second.url, soon, "Completed")).output).toEqual({ woke: true });
    expect((await status(second.url, later)).runtimeStatus).toBe("Running");
  });

  it("a sequence goes on from where it was, at whatever point that happens", async () => {
    let host = await startHost();
    const { dataDir } = host;
    const id = await start(host.url, "sequence", { steps: 150 });
    for (let kills = 0; kills < 4; kills++) {
      await host.kill();
      host = await startHost({ dataDir });
    }
    const done = await waitForStatus(host.url, id, "Completed");
    expect(done.output).toEqual({ steps: 150 });
    const { historyEvents } = await status(host.url, id, "?showHistory=true");
    const scheduled = z
      .array(z.looseObject({ EventType: z.number(), EventId: z.number() }))
      .parse(historyEvents)
      .filter(({ EventType }) => EventType === 4);
    expect(scheduled.map(({ EventId }) => EventId)).toEqual(scheduled.map((_, index) => index));
    expect(scheduled).toHaveLength(150);
  });
});

describe("a deployment in mid-run", () => {
  it("fails an instance whose code now does something else", async () => {
    const first = await startHost();
    const id = await start(first.url, "nondeterministic", { event: "Go" });
    await vi.waitFor(async () => {
      const { historyEvents } = await status(first.url, id, "?showHistory=true");
      expect(JSON.stringify(historyEvents)).toContain("Hello one");
    });
    await first.stop();
    const second = await startHost({ dataDir: first.dataDir, env: { SAMPLE_VERSION: "2" } });
    await raise(second.url, id, "Go");
    const { output } = await waitForStatus(second.url, id, "Failed");
    expect(output).toContain("Non-Deterministic workflow detected");
    expect(output).toContain("with sequence ID 0 and name 'hello'");
  });
});

describe("stop", () => {
  it("ends within 3 s though a request and an activity are open", async () => {
    const host = await startHost();
    const watching = await fetch(`${host.url}/api/watch`);
    await start(host.url, "failsWithOpenWork", { ms: 60_000 });
    await vi.waitFor(async () => expect(await calls(host)).toContain("start open"));
    const began = performance.now();
    await host.stop();
    expect(performance.now() - began).toBeLessThan(3000);
    await expect(watching.text()).rejects.toThrow();
  });
});

describe("start", () => {
  it("is refused with EADDRINUSE when the port is taken", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = z.object({ port: z.number() }).parse(server.address());
    await expect(startHost({ port })).rejects.toThrow("EADDRINUSE");
    await new Promise((resolve) => server.close(resolve));
  });

  it("is refused while another host has the task hub", async () => {
    const { dataDir } = await startHost();
    await expect(startHost({ dataDir })).rejects.toThrow("is another host using it?");
  });

  it("fires a timer trigger that was missed, as past due", async () => {
    const dataDir = await temporaryFolder("functions-host-data");
    const first = await startHost({ dataDir });
    await first.stop();
    await moveTickIntoThePast(dataDir);
    const second = await startHost({ dataDir });
    await vi.waitFor(async () => {
      const ticks = await (await fetch(`${second.url}/api/ticks`)).json();
      expect(ticks).toMatchObject([{ isPastDue: true }]);
    });
  });

  it("fires a timer trigger by its schedule", async () => {
    const host = await startHost({ env: { TICK_SCHEDULE: "* * * * * *" } });
    await vi.waitFor(
      async () => {
        const ticks = await (await fetch(`${host.url}/api/ticks`)).json();
        expect(ticks).toMatchObject([{ isPastDue: false }, { isPastDue: false }]);
      },
      { timeout: 5000 },
    );
  });
});

async function moveTickIntoThePast(dataDir: string): Promise<void> {
  const { TaskHub } = await import("../../local/functions-host/durable/task-hub.js");
  const hub = new TaskHub(join(dataDir, "durable.db"));
  hub.saveTimerStatus("tick", new Date(0), new Date(1));
  hub.close();
}
