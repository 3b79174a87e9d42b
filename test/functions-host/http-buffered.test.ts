import { afterAll, beforeAll, expect, it } from "vitest";
import { postChunks } from "./support/chunked-request.js";
import { type HostProcess, startHostProcess } from "./support/host-process.js";
import { bundleSampleApp } from "./support/sample-app.js";

let host: HostProcess;
let url: string;
beforeAll(async () => {
  const hostJson = { version: "2.0", extensions: { http: { routePrefix: "" } } };
  host = await startHostProcess(await bundleSampleApp("buffered", hostJson));
  url = host.url;
});
afterAll(() => host.stop());

it("joins repeated query keys with a comma", async () => {
  const response = await fetch(`${url}/echo/abc/x/y%20z?a=1&a=2&b=`, { method: "POST", body: "x" });
  expect(await response.json()).toMatchObject({
    params: { kind: "abc", rest: "x/y z" },
    query: [
      ["a", "1,2"],
      ["b", ""],
    ],
    body: "x",
  });
});

it("drops a body without a length", async () => {
  const response = await postChunks(`${url}/count`, 1, 3);
  expect(await response.json()).toEqual({ bytes: 0 });
});

it("answers 204 for a function that returns nothing", async () => {
  expect((await fetch(`${url}/nothing`)).status).toBe(204);
});

it("keeps status, headers and cookies", async () => {
  const response = await fetch(`${url}/headers`);
  expect(response.status).toBe(201);
  expect(response.headers.getSetCookie()).toEqual(["a=1; HttpOnly; SameSite=Strict"]);
  expect(await response.text()).toBe("made");
});

it("answers 500 without a body when the function throws", async () => {
  const response = await fetch(`${url}/throws`);
  expect(response.status).toBe(500);
  expect(await response.text()).toBe("");
});
