import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type HostProcess, startHostProcess } from "./support/host-process.js";
import { bundleSampleApp } from "./support/sample-app.js";

let host: HostProcess;
beforeAll(async () => {
  host = await startHostProcess(await bundleSampleApp("streaming"));
});
afterAll(() => host.stop());

it.each([
  { line: "GET * HTTP/1.1", status: 400 },
  { line: "POST http://elsewhere/api/count HTTP/1.1", status: 400 },
  { line: "GET // HTTP/1.1", status: 200 },
  { line: "GET //api/headers HTTP/1.1", status: 201 },
  { line: "GET //elsewhere/x HTTP/1.1", status: 404 },
])("answers $status to the line $line", async ({ line, status }) => {
  const socket = connect(Number(new URL(host.url).port), "127.0.0.1");
  socket.write(`${line}\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  expect(await text(socket)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
});
