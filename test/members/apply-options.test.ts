import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MemberConnection } from "../../src/clusters/member-connection.js";
import { type Member, startMember } from "../envtest/member.js";
import { configMap, customObject, definition, deployment, live, writeAs } from "./objects.js";
import { changes, Placed } from "./placed.js";

let member: Member;
let connection: MemberConnection;

beforeAll(async () => {
  member = await startMember("member1");
  connection = member.connection;
});
afterAll(async () => {
  await member?.stop();
});

const placedIn = (where: string) => Placed.in(connection, where);

describe("drift", () => {
  const IF_NOT_DRIFTED = { whenToApply: "IfNotDrifted" } as const;

  it.each([
    { type: "ClientSideApply", where: "drift-c" },
    { type: "ServerSideApply", where: "drift-s" },
  ] as const)("is told and left with IfNotDrifted and $type", async ({ type, where }) => {
    const placed = await placedIn(where);
    const strategy = { ...IF_NOT_DRIFTED, type };
    const manifest = deployment(where, "web");
    const path = placed.path("deployments", "web");
    await placed.apply([manifest], strategy);
    await placed.patch(path, { spec: { replicas: 7, paused: true } });
    const report = await placed.apply([manifest], strategy);

    expect(report.outcomes).toMatchObject([{ applied: false, reason: "FoundDrifts" }]);
    expect(report.diffs).toEqual([
      {
        identifier: report.outcomes[0]?.identifier,
        kind: "Drift",
        generation: 2,
        details: [{ path: "/spec/replicas", valueInHub: "2", valueInMember: "7" }],
      },
    ]);
    expect(await live(connection, path)).toMatchObject({ spec: { replicas: 7 } });
  });

  it("is told of every field with FullComparison, and the object applied all the same", async () => {
    const placed = await placedIn("full");
    const strategy = { comparisonOption: "FullComparison" } as const;
    const manifest = configMap("full", "a", { key: "ours" });
    const path = placed.path("configmaps", "a");
    const calm = await placed.apply([manifest], strategy);
    await placed.patch(path, { data: { key: "drift", theirs: "x" } });
    const report = await placed.apply([manifest], strategy);

    expect(calm.diffs).toEqual([]);
    expect(changes(report)).toEqual(["configured"]);
    expect(report.diffs).toMatchObject([
      { kind: "Drift", details: [{ path: "/data/theirs", valueInMember: "x" }] },
    ]);
  });

  it("is looked for in every field when the server finds the manifest invalid", async () => {
    const placed = await placedIn("degraded");
    const strategy = { type: "ReportDiff" } as const;
    await placed.apply([deployment("degraded", "web")]);
    const spec = { ...(deployment("degraded", "web").spec as object), replicas: -1 };
    const report = await placed.apply([{ ...deployment("degraded", "web"), spec }], strategy);

    expect(report.outcomes).toMatchObject([{ applied: true }]);
    expect(report.diffs?.[0]?.details).toContainEqual({
      path: "/spec/replicas",
      valueInHub: "-1",
      valueInMember: "2",
    });
  });
});

describe("fields that cannot be changed", () => {
  const job = (command: string) => ({
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "once", namespace: "fixed" },
    spec: {
      template: {
        spec: {
          restartPolicy: "Never",
          containers: [{ name: "c", image: "i", command: [command] }],
        },
      },
    },
  });
  const claim = (storage: string) => ({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "data", namespace: "fixed" },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage } } },
  });
  const web = (app: string) => {
    const made = deployment("fixed", "web");
    const labels = { app };
    return {
      ...made,
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: "c", image: "i" }] } },
      },
    };
  };
  const service = (clusterIP: string) => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "s", namespace: "fixed" },
    spec: { clusterIP, ports: [{ port: 80 }] },
  });

  it.each([
    {
      of: "a Job's template",
      before: job("a"),
      after: job("b"),
      words: 'Job.batch "once" is invalid: spec.template: Invalid value',
    },
    {
      of: "a claim's size, downwards",
      before: claim("2Gi"),
      after: claim("1Gi"),
      words: "spec is immutable after creation",
    },
    {
      of: "a Deployment's selector",
      before: web("a"),
      after: web("b"),
      words: "spec.selector: Invalid value",
    },
    {
      of: "a Service's address",
      before: service("10.0.0.76"),
      after: service("10.0.0.77"),
      words: "spec.clusterIPs[0]: Invalid value",
    },
  ])("are told in the server's words: $of", async ({ before, after, words }) => {
    const placed = await placedIn("fixed");
    await placed.apply([before]);
    const report = await placed.apply([after]);

    expect(report.outcomes).toMatchObject([
      {
        applied: false,
        reason: "ManifestApplyFailed",
        message: expect.stringContaining(words),
        retryable: false,
      },
    ]);
  });
});

describe("pruning", () => {
  it("removes objects that were taken over", async () => {
    const placed = await placedIn("taken");
    const path = placed.path("configmaps", "a");
    await writeAs(connection, "someone", path, configMap("taken", "a", { theirs: "1" }));
    await placed.apply([configMap("taken", "a")]);
    const report = await placed.apply([]);

    expect(report.pruned).toMatchObject([{ name: "a" }]);
    expect(await live(connection, path)).toBeUndefined();
  });

  it("has nothing to do where the kind is served no more", async () => {
    const placed = await placedIn("unserved");
    const crd = definition("doodads", "Doodad", "Namespaced");
    await placed.apply([crd, customObject("Doodad", "d", "unserved")]);
    await connection.request({
      method: "DELETE",
      path: `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${crd.metadata.name}`,
    });
    await expect
      .poll(
        async () =>
          (
            await connection.request({
              method: "GET",
              path: "/apis/test.stagecoach.dev/v1/doodads",
            })
          ).status,
      )
      .toBe(404);
    const report = await placed.apply([configMap("unserved", "a")]);

    expect(report).toMatchObject({ pruneFailures: [], inventory: [{ name: "a" }] });
  });

  it("happens with ReportDiff to nothing", async () => {
    const placed = await placedIn("reported");
    await placed.apply([configMap("reported", "a")]);
    const report = await placed.apply([], { type: "ReportDiff" });

    expect(report).toMatchObject({ pruned: [], inventory: [{ name: "a" }] });
    expect(await live(connection, placed.path("configmaps", "a"))).toBeDefined();
  });
});
