import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../../local/ports.js";
import {
  removeDataDir,
  type Stagecoach,
  startStagecoach,
  temporaryDirectory,
} from "../support/stagecoach-process.js";

const MAPS = "/api/v1/namespaces/default/configmaps";
const STRATEGIES = "/apis/placement.kubernetes-fleet.io/v1/clusterstagedupdatestrategies";
const ANSWER_MS = 10_000;

let stagecoach: Stagecoach;
const dataDir = temporaryDirectory("hostile-requests");

beforeAll(async () => {
  const port = await freePort();
  stagecoach = await startStagecoach({ dataDir, port, arguments: ["--members", "0"] });
}, 90_000);

afterAll(async () => {
  await stagecoach?.interrupt();
  await removeDataDir(dataDir);
});

/** The status of the answer to the bytes; undefined when the connection just ends. */
async function send(bytes: Buffer, cut = false): Promise<number | undefined> {
  const socket = connect(stagecoach.port, "127.0.0.1");
  const chunks: Buffer[] = [];
  const ended = new Promise<void>((resolve, reject) => {
    socket.setTimeout(ANSWER_MS, () => reject(new Error("no answer")));
    socket.on("data", (chunk) => chunks.push(chunk));
    // A server that has answered may reset what it did not want to read.
    socket.on("error", () => resolve());
    socket.on("close", () => resolve());
  });
  if (cut) socket.end(bytes);
  else socket.write(bytes);
  await ended.finally(() => socket.destroy());
  const [, status] = /^HTTP\/1\.1 (\d+)/.exec(Buffer.concat(chunks).toString("latin1")) ?? [];
  return status === undefined ? undefined : Number(status);
}

function request(line: string, headers: readonly string[], body: Buffer | string = ""): Buffer {
  const content = Buffer.from(body);
  const framed = headers.some((header) => /^(transfer-encoding|content-length)/i.test(header));
  const length = framed ? [] : [`Content-Length: ${content.length}`];
  const head = [`${line} HTTP/1.1`, "Host: h", "Connection: close", ...headers, ...length];
  return Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`, "latin1"), content]);
}

const json = "Content-Type: application/json";
const patchOf = (type: string) => `Content-Type: application/${type}-patch+json`;
const map = (more: string) => `{"apiVersion":"v1","kind":"ConfigMap",${more}}`;
const CHUNKED = [json, "Transfer-Encoding: chunked"];
const BOMB = Array.from({ length: 9 }, (_, level) => {
  const items = level === 0 ? "x" : `*a${level - 1}`;
  return `a${level}: &a${level} [${Array(9).fill(items).join(",")}]`;
}).join("\n");

/** Whole requests that nobody may profit from. */
const WHOLE: readonly (readonly [string, Buffer])[] = [
  [
    "a prototype as a field",
    request(`POST ${MAPS}`, [json], map('"__proto__":{"metadata":{"name":"p"}}')),
  ],
  [
    "a prototype as a label",
    request(`POST ${MAPS}`, [json], map('"metadata":{"name":"p","labels":{"__proto__":"a b"}}')),
  ],
  [
    "a prototype in a JSON patch",
    request(
      `PATCH ${STRATEGIES}/x`,
      [patchOf("json")],
      '[{"op":"add","path":"/__proto__/x","value":1}]',
    ),
  ],
  [
    "a prototype in a merge patch",
    request(`PATCH ${MAPS}/x`, [patchOf("merge")], '{"__proto__":{"x":1}}'),
  ],
  ["a prototype as a group", request("GET /apis/__proto__/v1/constructor", [])],
  ["aliases that multiply", request(`POST ${MAPS}`, ["Content-Type: application/yaml"], BOMB)],
  ["an alias of itself", request(`POST ${MAPS}`, ["Content-Type: application/yaml"], "- &a [*a]")],
  ["nesting without end", request(`POST ${MAPS}`, [json], '{"a":'.repeat(200_000))],
  [
    "protobuf that ends early",
    request(`POST ${MAPS}`, ["Content-Type: application/vnd.kubernetes.protobuf"], "k8s\0\n\u007f"),
  ],
  [
    "a compressed body",
    request(
      `POST ${MAPS}`,
      [json, "Content-Encoding: gzip"],
      gzipSync(Buffer.alloc(8_000_000, 32)),
    ),
  ],
  [
    "bytes that are no text",
    request(`POST ${MAPS}`, [json], Buffer.from([0x7b, 0xff, 0xc0, 0x80, 0x7d])),
  ],
  [
    "a body over the limit",
    request(`POST ${MAPS}`, [json], map(`"data":{"a":"${"b".repeat(4_000_000)}"}`)),
  ],
  ["an invalid escape", request(`GET ${MAPS}/%E0%A4%A`, [])],
  ["a name of NUL", request(`PUT ${MAPS}/%00`, [json], map('"metadata":{"name":"\\u0000"}'))],
  ["a query without end", request(`GET ${MAPS}?labelSelector=${"a".repeat(12_000)}`, [])],
  [
    "a forged continue token",
    request(`GET ${MAPS}?limit=1&continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEifQ`, []),
  ],
  [
    "a version of many digits",
    request(`GET ${MAPS}?watch=1&resourceVersion=${"9".repeat(40)}`, []),
  ],
  ["two lengths", request(`POST ${MAPS}`, [json, "Content-Length: 2", "Content-Length: 3"], "{}")],
  ["a length below zero", request(`POST ${MAPS}`, [json, "Content-Length: -1"], "{}")],
  ["a chunk of no size", request(`POST ${MAPS}`, CHUNKED, "zz\r\nabc\r\n0\r\n\r\n")],
  ["a method that is none", request(`FOO ${MAPS}`, [])],
  ["a target that is none", request("GET *", [])],
  ["a header without end", request(`GET ${MAPS}`, [`X-Long: ${"x".repeat(40_000)}`])],
  ["no HTTP at all", Buffer.from("\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n", "latin1")],
];

/** Requests whose sender goes away in the middle. */
const CUT: readonly (readonly [string, Buffer])[] = [
  ["its body", request(`POST ${MAPS}`, [json, "Content-Length: 500"], '{"apiVersion":"v1"')],
  [
    "a chunk",
    request(`PATCH ${MAPS}/x`, [patchOf("merge"), "Transfer-Encoding: chunked"], "50\r\n{"),
  ],
  ["its headers", Buffer.from(`POST ${MAPS} HTTP/1.1\r\nHost: h\r\nContent-`)],
];

describe("a hostile request", () => {
  it.each(WHOLE)("with %s is refused, and is not the server's fault", async (_what, bytes) => {
    const status = await send(bytes);
    expect(status === undefined || (status >= 400 && status < 500), String(status)).toBe(true);
  });

  it.each(CUT)("that breaks off in %s is not the server's fault", async (_what, bytes) => {
    expect((await send(bytes, true)) ?? 400).toBe(400);
  });

  it("leaves nothing behind, neither objects nor errors", async () => {
    for (const path of [MAPS, STRATEGIES]) {
      const list = await fetch(`${stagecoach.url}${path}`);
      expect(await list.json()).toMatchObject({ items: [] });
    }
    const log = readFileSync(join(dataDir, "stagecoach.log"), "utf8");
    expect(log.split("\n").filter((line) => / failed with 5\d\d/.test(line))).toEqual([]);
  });
});
