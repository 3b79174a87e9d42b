import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { serveHostedHub } from "../informers/hosted-hub.js";
import { ensureInformerPrograms, type InformerPrograms } from "../informers/programs.js";
import { RunningProgram } from "../informers/running-program.js";
import { type ServedHub, serveHub } from "../informers/served-hub.js";
import { placementPath, runObject } from "../support/hub.js";

const BUILD_MS = 20 * 60_000;
const WITHIN = { timeout: 15_000, interval: 50 };
const DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const RUNS = placementPath("clusterstagedupdateruns");

/** How client-go's reflectors get to know what is there, by the feature gate that says so. */
const WAYS = [
  { way: "a streamed list", watchList: "true" },
  { way: "a list and a watch", watchList: "false" },
];

/** Where the hub's API runs. */
const PLACES = [
  { place: "the API server alone", serve: serveHub },
  { place: "the Functions host", serve: serveHostedHub },
];

describe.each(PLACES)("at $place", ({ serve }) => {
  let programs: InformerPrograms;
  let served: ServedHub;
  let spaces = 0;
  const running: RunningProgram[] = [];

  beforeAll(async () => {
    programs = await ensureInformerPrograms();
    served = await serve();
  }, BUILD_MS);
  afterAll(() => served?.stop());
  afterEach(async () => {
    const codes = await Promise.all(running.splice(0).map((program) => program.stop()));
    expect(codes.every((code) => code === 0)).toBe(true);
  });

  /** A namespace of its own for each test. */
  async function freshCollection() {
    spaces += 1;
    const namespace = `space-${spaces}`;
    const metadata = { name: namespace };
    await served.hub.create("/api/v1/namespaces", {
      apiVersion: "v1",
      kind: "Namespace",
      metadata,
    });
    const path = `/api/v1/namespaces/${namespace}/configmaps`;
    const write = (name: string, key: string) =>
      served.hub.create(path, {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name },
        data: { key },
      });
    return { namespace, path, write };
  }

  function startInformer(args: readonly string[], watchList = "true"): RunningProgram {
    const environment = { KUBE_FEATURE_WatchListClient: watchList };
    const program = new RunningProgram(
      programs.informer,
      [`--server=${served.url}`, ...args],
      environment,
    );
    running.push(program);
    return program;
  }

  const watchesOf = (path: string) =>
    served.requests.filter((request) => request.path === path && request.query.has("watch"));

  describe("a dynamic informer of client-go", () => {
    it.each(WAYS)("syncs by $way and sees each change", async ({ watchList }) => {
      const { namespace, path, write } = await freshCollection();
      await write("one", "v1");
      const informer = startInformer([`--namespace=${namespace}`], watchList);
      await expect.poll(() => informer.lines, WITHIN).toContain("synced 1");
      await write("two", "v1");
      await expect.poll(() => informer.lines, WITHIN).toContain("added two v1");
      await served.hub.merge(`${path}/one`, { data: { key: "v2" } });
      await expect.poll(() => informer.lines, WITHIN).toContain("updated one v2");
      await served.hub.request("DELETE", `${path}/two`);
      await expect.poll(() => informer.lines, WITHIN).toContain("deleted two v1");

      const streamed = watchesOf(path).some(
        ({ query }) => query.get("sendInitialEvents") === "true",
      );
      expect(streamed).toBe(watchList === "true");
    });

    it.each(WAYS)("goes on after $way when its watch ends", async ({ watchList }) => {
      const { namespace, path, write } = await freshCollection();
      await write("one", "v1");
      const informer = startInformer([`--namespace=${namespace}`], watchList);
      await expect.poll(() => watchesOf(path).length, WITHIN).toBeGreaterThan(2);
      await served.hub.merge(`${path}/one`, { data: { key: "v2" } });
      await expect.poll(() => informer.lines, WITHIN).toContain("updated one v2");

      // It was told of the object once: it went on from the bookmark, and did not start anew.
      expect(informer.lines.filter((line) => line.startsWith("added"))).toEqual(["added one v1"]);
      expect(watchesOf(path).every(({ status }) => status === 200)).toBe(true);
    });

    it.each(WAYS)("starts anew by $way when its version is too old", async ({ watchList }) => {
      const { namespace, path, write } = await freshCollection();
      await write("one", "v1");
      const informer = startInformer([`--namespace=${namespace}`], watchList);
      await expect.poll(() => informer.lines, WITHIN).toContain("synced 1");
      served.ageNextWatch();
      const aged = () => watchesOf(path).some(({ query }) => query.get("resourceVersion") === "1");
      await expect.poll(aged, WITHIN).toBe(true);
      await served.hub.merge(`${path}/one`, { data: { key: "v2" } });
      await expect.poll(() => informer.lines, WITHIN).toContain("updated one v2");
    });

    it("reads a long list in compressed pages", async () => {
      const { namespace, path, write } = await freshCollection();
      const names = Array.from({ length: 510 }, (_, index) => `object-${index}`);
      while (names.length > 0) {
        await Promise.all(names.splice(0, 30).map((name) => write(name, "v1")));
      }
      const informer = startInformer([`--namespace=${namespace}`], "false");
      await expect.poll(() => informer.lines, WITHIN).toContain("synced 510");
      const pages = served.requests.filter(
        (request) =>
          request.path === path && request.method === "GET" && !request.query.has("watch"),
      );

      expect(pages.map(({ query }) => query.has("continue"))).toEqual([false, true]);
      expect(pages[0]?.encoding).toBe("gzip");
    });

    it("follows custom resources", async () => {
      const definition = parse(readFileSync("test/fixtures/gadget-definition.yaml", "utf8"));
      await served.hub.create(DEFINITIONS, definition);
      const args = ["--group=tools.example.com", "--resource=gadgets"];
      const informer = startInformer(args);
      await expect.poll(() => informer.lines, WITHIN).toContain("synced 0");
      await served.hub.create("/apis/tools.example.com/v1/namespaces/default/gadgets", {
        apiVersion: "tools.example.com/v1",
        kind: "Gadget",
        metadata: { name: "press" },
        spec: { size: 2 },
      });
      await expect.poll(() => informer.lines, WITHIN).toContain("added press ");
      await served.hub.request("DELETE", `${DEFINITIONS}/gadgets.tools.example.com`);
      await expect.poll(() => informer.lines, WITHIN).toContain("deleted press ");
    });

    it("follows update runs", async () => {
      const args = ["--group=placement.kubernetes-fleet.io", "--resource=clusterstagedupdateruns"];
      const informer = startInformer(args);
      await expect.poll(() => informer.lines, WITHIN).toContain("synced 0");
      await served.hub.create(RUNS, runObject("followed", "placement", "strategy"));
      await expect.poll(() => informer.lines, WITHIN).toContain("added followed ");
      await served.hub.merge(`${RUNS}/followed`, { spec: { state: "Stop" } });
      await expect.poll(() => informer.lines, WITHIN).toContain("updated followed ");
      await served.hub.request("DELETE", `${RUNS}/followed`);
    });
  });

  describe("a manager of controller-runtime", () => {
    it("reconciles what is there and what changes, across the ends of its watches", async () => {
      const { path, write } = await freshCollection();
      const seen = async () => (await served.hub.get(`${path}/one`)).data?.seen;
      await write("one", "v1");
      await served.hub.merge(`${path}/one`, { data: { wanted: "first" } });
      running.push(new RunningProgram(programs.controller, [`--server=${served.url}`]));
      await expect.poll(seen, WITHIN).toBe("first");
      const before = watchesOf("/api/v1/configmaps").length;
      await expect
        .poll(() => watchesOf("/api/v1/configmaps").length, WITHIN)
        .toBeGreaterThan(before + 1);
      await served.hub.merge(`${path}/one`, { data: { wanted: "second" } });
      await expect.poll(seen, WITHIN).toBe("second");
    });
  });
});
