import { once } from "node:events";
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { postChunks } from "./support/chunked-request.js";
import { type HostProcess, startHostProcess } from "./support/host-process.js";
import { bundleSampleApp } from "./support/sample-app.js";

let host: HostProcess;
let url: string;
beforeAll(async () => {
  const app = await bundleSampleApp("streaming");
  host = await startHostProcess(app, { args: ["--idle-timeout-ms", "700"] });
  url = host.url;
});
afterAll(() => host.stop());

const echo = async (path: string, init: RequestInit = {}) => {
  const response = await fetch(`${url}/api/echo/${path}`, { method: "POST", body: "x", ...init });
  return response.json();
};

const Nevers = z.object({ opened: z.number(), closed: z.number() });
const nevers = async () => Nevers.parse(await (await fetch(`${url}/api/nevers`)).json());

describe("requests", () => {
  it("keep their URL, decoded route values and repeated query keys", async () => {
    expect(await echo("abc/x/y%20z?a=1&a=2&b=")).toMatchObject({
      url: `${url}/api/echo/abc/x/y%20z?a=1&a=2&b=`,
      params: { kind: "abc", rest: "x/y z" },
      query: [
        ["a", "1"],
        ["a", "2"],
        ["b", ""],
      ],
      body: "x",
    });
  });

  it("bring a body without a length", async () => {
    const response = await postChunks(`${url}/api/count`, 15, 100);
    expect(await response.json()).toEqual({ bytes: 1500 });
  });

  it("lose the headers that only the platform may set", async () => {
    const forged = {
      "X-MS-CLIENT-PRINCIPAL": "e30=",
      "x-ms-client-principal-name": "amy",
      "X-MS-TOKEN-AAD-ID-TOKEN": "t",
      "x-kept": "yes",
    };
    const { headers } = (await echo("abc", { headers: forged })) as { headers: object };
    expect(headers).toHaveProperty("x-kept", "yes");
    expect(Object.keys(headers).filter((name) => name.startsWith("x-ms-"))).toEqual([]);
  });
});

describe("responses", () => {
  it("keep status, headers and cookies", async () => {
    const response = await fetch(`${url}/api/headers`);
    expect(response.status).toBe(201);
    expect(response.headers.get("x-made")).toBe("yes");
    expect(response.headers.getSetCookie()).toEqual(["a=1; HttpOnly; SameSite=Strict"]);
    expect(await response.text()).toBe("made");
  });

  it("arrive as they are written, headers before the first byte", async () => {
    const response = await fetch(`${url}/api/watch`);
    expect(response.status).toBe(200);
    const lines = (response.body ?? new ReadableStream<Uint8Array>()).values();
    const nextLine = async () => {
      await fetch(`${url}/api/release`, { method: "POST" });
      return Buffer.from((await lines.next()).value ?? []).toString();
    };
    expect(await nextLine()).toBe("line 1\n");
    expect(await nextLine()).toBe("line 2\n");
    expect((await lines.next()).done).toBe(true);
  });

  it("are 500 without a body when the function throws, with the reason in the log", async () => {
    const response = await fetch(`${url}/api/throws`);
    expect(response.status).toBe(500);
    expect(await response.text()).toBe("");
    expect(host.log()).toMatch(
      /\[throws [0-9a-f-]{36}\] Error: handler broke, \[Hidden Credential\]/,
    );
    expect(host.log()).not.toContain("hunter2");
  });

  it("are 504 when nothing comes for as long as the front end waits", async () => {
    expect((await fetch(`${url}/api/never`)).status).toBe(504);
  });

  it("end in the app as soon as the client goes away", async () => {
    const before = await nevers();
    const aborted = new AbortController();
    const call = fetch(`${url}/api/never`, { signal: aborted.signal });
    await expect.poll(nevers, { interval: 5 }).toMatchObject({ opened: before.opened + 1 });
    aborted.abort();
    await expect(call).rejects.toThrow();
    // Well before the front end would give up by itself.
    await expect
      .poll(nevers, { interval: 5, timeout: 300 })
      .toMatchObject({ closed: before.opened + 1 });
  });
});

describe("routes", () => {
  it("are tried in the order of function names, whatever is more specific", async () => {
    expect(await (await fetch(`${url}/api/order/exact`)).text()).toBe("catch-all");
  });

  it.each([
    {
      behaviour: "answer 404 to a method that is not listed",
      path: "/api/order/exact",
      method: "PUT",
    },
    { behaviour: "answer 404 when a constraint is not met", path: "/api/echo/123", method: "POST" },
    { behaviour: "answer 404 below another prefix", path: "/echo/abc", method: "POST" },
    {
      behaviour: "do not exist when they begin with admin",
      path: "/api/administrators",
      method: "GET",
    },
  ])("$behaviour", async ({ path, method }) => {
    expect((await fetch(`${url}${path}`, { method })).status).toBe(404);
  });

  it("are refused at start-up when they begin with admin, and the others work", () => {
    expect(host.log()).toContain('Function reserved is not run: its route "administrators"');
  });

  it("are 400 when they cannot be decoded", async () => {
    const target = request(`${url}/api/order/%zz`);
    target.end();
    const [response] = await once(target, "response");
    expect(response.statusCode).toBe(400);
    response.resume();
  });

  it("leave the home page to a path that no function takes", async () => {
    const response = await fetch(`${url}/`);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/html");
  });
});

it("runs a timer function on request", async () => {
  const ran = await fetch(`${url}/admin/functions/tick`, { method: "POST", body: "{}" });
  expect(ran.status).toBe(202);
  await vi.waitFor(async () => {
    const ticks = await (await fetch(`${url}/api/ticks`)).json();
    expect(ticks).toMatchObject([{ isPastDue: false, schedule: { adjustForDST: true } }]);
  });
  const unknown = await fetch(`${url}/admin/functions/nobody`, { method: "POST" });
  expect(unknown.status).toBe(404);
});
