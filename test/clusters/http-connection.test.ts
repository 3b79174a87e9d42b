import { afterEach, describe, expect, it } from "vitest";
import { MemberUnreachable } from "../../src/clusters/member-connection.js";
import {
  answer,
  type FaultServer,
  faultServer,
  type Reaction,
  refusal,
  reset,
  silence,
} from "./fault-server.js";

let server: FaultServer | undefined;

afterEach(async () => {
  await server?.stop();
});

async function serve(...reactions: readonly Reaction[]): Promise<FaultServer> {
  server = await faultServer(...reactions);
  return server;
}

const read = { method: "GET", path: "/api/v1/namespaces/a" } as const;

describe("httpConnection", () => {
  it.each([
    { behaviour: "a connection is reset", fault: reset },
    { behaviour: "the server is throttling", fault: answer(429, {}, { "Retry-After": "0" }) },
    { behaviour: "the server is unavailable", fault: answer(503, "upstream is starting") },
    { behaviour: "the server has an internal error", fault: refusal(500, "InternalError", "etcd") },
  ])("tries again when $behaviour", async ({ fault }) => {
    const { connection, requests } = await serve(fault, fault, answer(200, { ok: true }));
    const response = await connection.request(read);

    expect(response).toMatchObject({ status: 200, body: { ok: true } });
    expect(requests).toHaveLength(3);
  });

  it.each([
    { behaviour: "a refusal", reaction: refusal(403, "Forbidden", "no"), status: 403 },
    { behaviour: "a conflict", reaction: refusal(409, "Conflict", "changed"), status: 409 },
    { behaviour: "a manifest off the schema", reaction: refusal(500, undefined, "x"), status: 500 },
  ])("answers $behaviour at once", async ({ reaction, status }) => {
    const { connection, requests } = await serve(reaction);

    expect(await connection.request(read)).toMatchObject({ status });
    expect(requests).toHaveLength(1);
  });

  it("waits as long as the server wishes", async () => {
    const { connection } = await serve(answer(429, {}, { "Retry-After": "1" }), answer(200));
    const start = performance.now();
    await connection.request(read);

    expect(performance.now() - start).toBeGreaterThanOrEqual(990);
  });

  it("passes a wish for a long pause on to its caller", async () => {
    const throttled = answer(429, { message: "too many" }, { "Retry-After": "60" });
    const { connection, requests } = await serve(throttled);

    await expect(connection.request(read)).rejects.toMatchObject({
      name: "MemberUnreachable",
      reason: "Throttled",
      message: "member1: too many",
      retryAfterSeconds: 60,
    });
    expect(requests).toHaveLength(1);
  });

  it("gives a lasting server error back as an answer", async () => {
    const { connection, requests } = await serve(refusal(503, "ServiceUnavailable", "starting"));

    expect(await connection.request(read)).toMatchObject({
      status: 503,
      body: { message: "starting" },
    });
    expect(requests).toHaveLength(5);
  });

  it.each([
    {
      behaviour: "bad credentials",
      reaction: refusal(401, "Unauthorized", "Unauthorized"),
      reason: "Unauthorized",
      message: "member1: Unauthorized",
    },
    {
      behaviour: "connections that are always reset",
      reaction: reset,
      reason: "Unreachable",
      message: expect.stringMatching(
        /^member1: GET \/api\/v1\/namespaces\/a: .*(hang up|ECONNRESET)/,
      ),
    },
    {
      behaviour: "no answer in time",
      reaction: silence,
      reason: "Timeout",
      message: "member1: GET /api/v1/namespaces/a: no answer within 200 ms",
    },
  ])("throws MemberUnreachable for $behaviour", async ({ reaction, reason, message }) => {
    const { connection } = await serve(reaction);

    const thrown = await connection.request({ ...read, timeoutMs: 200 }).catch((error) => error);
    expect(thrown).toBeInstanceOf(MemberUnreachable);
    expect(thrown).toMatchObject({ reason, message });
  });

  it("throws MemberUnreachable when nobody listens", async () => {
    const { connection, stop } = await serve(silence);
    await stop();

    await expect(connection.request(read)).rejects.toMatchObject({
      reason: "Unreachable",
      message: expect.stringContaining("ECONNREFUSED"),
    });
  });

  it("gives up when its caller does", async () => {
    const { connection } = await serve(silence);
    const signal = AbortSignal.timeout(50);

    await expect(connection.request({ ...read, signal })).rejects.toMatchObject({
      reason: "Timeout",
      message: "member1: the request was given up",
    });
  });

  it("uses one connection for one request after the other", async () => {
    const { connection, requests } = await serve(answer(200));
    for (let index = 0; index < 5; index++) await connection.request(read);

    expect(new Set(requests.map(({ fromPort }) => fromPort)).size).toBe(1);
  });

  it("opens no more than 16 connections for many requests at once", async () => {
    const { connection, requests } = await serve(answer(200));
    await Promise.all(Array.from({ length: 100 }, () => connection.request(read)));

    expect(requests).toHaveLength(100);
    expect(new Set(requests.map(({ fromPort }) => fromPort)).size).toBeLessThanOrEqual(16);
  });
});
