import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../../local/ports.js";
import { configMap, Hub, namespaceObject } from "../support/hub.js";
import {
  removeDataDir,
  type Stagecoach,
  startStagecoach,
  temporaryDirectory,
} from "../support/stagecoach-process.js";

const WRITERS = 100;
const PATH = "/api/v1/namespaces/race/configmaps/cm";

let stagecoach: Stagecoach;
let hub: Hub;
const dataDir = temporaryDirectory("concurrency");

beforeAll(async () => {
  stagecoach = await startStagecoach({
    dataDir,
    port: await freePort(),
    arguments: ["--members", "0"],
  });
  hub = new Hub(stagecoach.url);
  await hub.create("/api/v1/namespaces", namespaceObject("race"));
  await hub.create("/api/v1/namespaces/race/configmaps", configMap("race", "0"));
}, 90_000);

afterAll(async () => {
  await stagecoach?.interrupt();
  await removeDataDir(dataDir);
});

const everyWriter = <T>(write: (writer: number) => Promise<T>) =>
  Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));

describe("a hundred writers of one object", () => {
  it("that know one version: one wins, the others are told that it has been modified", async () => {
    const known = await hub.get(PATH);
    const answers = await everyWriter((writer) =>
      hub.request("PUT", PATH, { ...known, data: { key: `writer ${writer}` } }),
    );
    const winners = answers.filter(({ status }) => status === 200);
    const losers = answers.filter(({ status }) => status === 409);
    expect([winners.length, losers.length]).toEqual([1, WRITERS - 1]);
    expect(new Set(losers.map(({ body }) => body.message))).toEqual(
      new Set([
        'Operation cannot be fulfilled on configmaps "cm": the object has been modified; please apply your changes to the latest version and try again',
      ]),
    );
    expect((await hub.get(PATH)).data).toEqual(winners[0]?.body.data);
  }, 60_000);

  it("that patch without a version: all are served, and nothing is lost", async () => {
    const answers = await everyWriter((writer) =>
      hub.request(
        "PATCH",
        PATH,
        { data: { [`writer-${writer}`]: "here" } },
        "application/merge-patch+json",
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(Object.keys((await hub.get(PATH)).data ?? {})).toHaveLength(WRITERS + 1);
  }, 60_000);
});
