import { once } from "node:events";
import { createServer } from "node:http";
import { expect, it } from "vitest";
import { z } from "zod";
import { startFunctionsHost } from "../../local/functions-host/host.js";
import type { HostLogLine } from "../../local/functions-host/host-log.js";
import { writeSampleApp } from "./support/sample-app.js";
import { temporaryFolder } from "./support/temporary-folder.js";

const text = `
  import { app } from "@azure/functions";
  app.http("open", { authLevel: "anonymous", handler: async () => ({ body: process.env.WEBSITE_HOSTNAME }) });
  app.http("guarded", { authLevel: "function", handler: async () => ({ body: "in" }) });
  app.http("logs", { handler: async (request, context) => { context.warn("look", { n: 1 }); return {}; } });
`;

it("runs once per process, and a port that is taken leaves it another attempt", async () => {
  const { root } = await writeSampleApp(
    { type: "module", main: "main.js" },
    { "main.js": text, "local.settings.json": '{"Values":{"FROM_LOCAL_SETTINGS":"yes"}}' },
  );
  const dataDir = await temporaryFolder("functions-host-data");
  const lines: HostLogLine[] = [];
  const log = (line: HostLogLine) => lines.push(line);
  const keys = { master: "m", host: "h" };
  const options = { scriptRoot: root, dataDir, log, keys };

  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = z.object({ port: z.number() }).parse(taken.address());
  await expect(startFunctionsHost({ ...options, port })).rejects.toMatchObject({
    code: "EADDRINUSE",
  });
  taken.close();

  const host = await startFunctionsHost({ ...options, port: 0 });
  await expect(startFunctionsHost({ ...options, port: 0 })).rejects.toThrow("already");
  const get = async (path: string) => (await fetch(`${host.url}/api/${path}`)).status;
  expect(await (await fetch(`${host.url}/api/open`)).text()).toBe(new URL(host.url).host);
  expect(process.env.FROM_LOCAL_SETTINGS).toBe("yes");
  expect(await get("guarded")).toBe(401);
  expect(await get("guarded?code=h")).toBe(200);
  expect(await get("guarded?code=m")).toBe(200);
  const webhook = `${host.url}/runtime/webhooks/durabletask/instances/`;
  expect((await fetch(webhook)).status).toBe(401);
  expect((await fetch(`${webhook}?code=m`)).status).toBe(200);

  await get("logs");
  expect(lines).toContainEqual({
    level: "warn",
    message: "look { n: 1 }",
    functionName: "logs",
    invocationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  await host.stop();
  await expect(fetch(host.url)).rejects.toThrow();
});
