import { afterEach, describe, expect, it } from "vitest";
import { type HostProcess, startHostProcess } from "./support/host-process.js";
import { start, waitForStatus } from "./support/management-client.js";
import { type SampleApp, writeSampleApp } from "./support/sample-app.js";

const hosts: HostProcess[] = [];
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.stop();
});
async function startHost(app: SampleApp): Promise<HostProcess> {
  const host = await startHostProcess(app);
  hosts.push(host);
  return host;
}

const body = `
  app.http("hi", { handler: async () => ({ body: "hi" }) });
  df.app.activity("double", { handler: (n) => n * 2 });
  df.app.orchestration("main", function* (context) {
    return yield context.df.callActivity("double", 21);
  });
`;
const esm = `import { app } from "@azure/functions"; import * as df from "durable-functions"; ${body}`;
const cjs = `const { app } = require("@azure/functions"); const df = require("durable-functions"); ${body}`;

describe("an app", () => {
  it.each([
    { behaviour: "of unbundled ES modules runs", type: "module", main: "main.js", text: esm },
    { behaviour: "of unbundled CommonJS runs", type: "commonjs", main: "main.js", text: cjs },
    { behaviour: "without a type is CommonJS", main: "main.js", text: cjs },
    { behaviour: "of .mjs files is ES modules whatever the type", main: "main.mjs", text: esm },
    { behaviour: "of .cjs files is CommonJS", type: "module", main: "main.cjs", text: cjs },
    { behaviour: "named by a glob runs", type: "module", main: "*.js", text: esm },
  ])("$behaviour", async ({ type, main, text }) => {
    const file = main.replace("*", "found");
    const app = await writeSampleApp({ main, ...(type && { type }) }, { [file]: text });
    const host = await startHost(app);
    expect(await (await fetch(`${host.url}/api/hi`)).text()).toBe("hi");
    const id = await start(host.url, "main");
    expect((await waitForStatus(host.url, id, "Completed")).output).toBe(42);
  });

  it("with hooks has them run around every invocation", async () => {
    const hooks = `
      app.hook.appStart((context) => { context.hookData.started = true; });
      app.hook.preInvocation((context) => {
        context.hookData.from = "pre";
        const handler = context.functionHandler;
        context.functionHandler = async (...args) => ({ body: "wrapped " + (await handler(...args)).body });
      });
      app.hook.postInvocation((context) => { context.result.headers = { "x-hook": context.hookData.from }; });
      app.http("hooked", { handler: async () => ({ body: "body" }) });
    `;
    const text = `import { app } from "@azure/functions"; ${hooks}`;
    const app = await writeSampleApp({ type: "module", main: "main.js" }, { "main.js": text });
    const response = await fetch(`${(await startHost(app)).url}/api/hooked`);
    expect(await response.text()).toBe("wrapped body");
    expect(response.headers.get("x-hook")).toBe("pre");
  });
});

describe("an app that does not start", () => {
  it.each([
    {
      behaviour: "names the pattern that matches no file",
      main: "dist/*.js",
      text: "",
      says: 'found zero files matching the supplied pattern "dist/*.js"',
    },
    {
      behaviour: "names the file that throws while it is loaded",
      main: "main.js",
      text: 'throw new Error("no config");',
      says: /main\.js cannot be loaded: Error: no config/,
    },
    {
      behaviour: "names a function that is a durable entity",
      main: "main.js",
      text: `${esm} df.app.entity("counter", () => undefined);`,
      says: "Function counter is a durable entity",
    },
    {
      behaviour: "names a function whose timer setting is missing",
      main: "main.js",
      text: `${esm} app.timer("t", { schedule: "%NOT_SET%", handler: async () => undefined });`,
      says: "Function t: Error: The app setting NOT_SET is not set",
    },
    {
      behaviour: "names a function that is registered twice",
      main: "main.js",
      text: `${esm} app.http("hi", { handler: async () => ({}) });`,
      says: "A function named hi is registered already",
    },
  ])("$behaviour", async ({ main, text, says }) => {
    const app = await writeSampleApp({ type: "module", main }, { "main.js": text });
    await expect(startHost(app)).rejects.toThrow(says);
  });
});
