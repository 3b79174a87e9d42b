import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type HostProcess, startHostProcess } from "./support/host-process.js";
import { run } from "./support/management-client.js";
import { bundleSampleApp } from "./support/sample-app.js";

let host: HostProcess;
beforeAll(async () => {
  host = await startHostProcess(await bundleSampleApp("streaming"));
});
afterAll(() => host.stop());

describe("orchestrations", () => {
  it("run activities in parallel, then a child", async () => {
    expect(await run(host.url, "parallelThenChild")).toEqual({
      r: ["Hello a", "Hello b"],
      s: "Hello child-7",
    });
  });
});
