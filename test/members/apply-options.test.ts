import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KubeObject } from "../../src/api/meta.js";
import { applySnapshot } from "../../src/clusters/apply-snapshot.js";
import type { MemberConnection } from "../../src/clusters/member-connection.js";
import type { ApplyStrategyOptions } from "../../src/manifests/apply-strategy.js";
import { LAST_APPLIED_ANNOTATION } from "../../src/manifests/last-applied.js";
import type { ApplyReport } from "../../src/manifests/outcome.js";
import { findBuiltinSchema } from "../../src/registry/builtin-schema.js";
import { type Member, startMember } from "../envtest/member.js";
import {
  configMap,
  customObject,
  definition,
  deployment,
  live,
  namespace,
  owner,
  writeAs,
} from "./objects.js";

let member: Member;
let connection: MemberConnection;

beforeAll(async () => {
  member = await startMember("member1");
  connection = member.connection;
});
afterAll(async () => {
  await member?.stop();
});

const { signal } = new AbortController();

const CLIENT_SIDE = { type: "ClientSideApply" } as const;
const SERVER_SIDE = { type: "ServerSideApply" } as const;
const FORCED = { ...SERVER_SIDE, serverSideApplyConfig: { force: true } } as const;

/** A placement with one namespace of its own, pass after pass. */
class Placed {
  readonly namespace: string;
  private inventory: ApplyReport["inventory"] = [];

  constructor(where: string) {
    this.namespace = where;
  }

  async apply(
    manifests: readonly KubeObject[],
    applyStrategy: ApplyStrategyOptions = CLIENT_SIDE,
  ): Promise<ApplyReport> {
    const { inventory } = this;
    const request = { owner, inventory, applyStrategy, patchSchemas: findBuiltinSchema };
    const report = await applySnapshot(connection, { ...request, manifests }, signal);
    this.inventory = report.inventory;
    return report;
  }

  path(plural: string, name: string): string {
    const group = plural === "deployments" ? "/apis/apps/v1" : "/api/v1";
    return `${group}/namespaces/${this.namespace}/${plural}/${name}`;
  }
}

async function placedIn(where: string): Promise<Placed> {
  await writeAs(connection, "test", `/api/v1/namespaces/${where}`, namespace(where));
  return new Placed(where);
}

async function patchAs(path: string, patch: object): Promise<void> {
  const response = await connection.request({
    method: "PATCH",
    path: `${path}?fieldManager=someone`,
    contentType: "application/merge-patch+json",
    body: patch,
  });
  expect(response.status, JSON.stringify(response.body)).toBe(200);
}

const dataOf = async (path: string) => (await live(connection, path))?.data;

/** Larger than all annotations of an object may be. */
const LOAD = "x".repeat(300 * 1024);

const changes = ({ outcomes }: ApplyReport) =>
  outcomes.map((outcome) => (outcome.applied ? outcome.change : outcome.message));

describe("applying on the client's side", () => {
  it.each([
    { from: CLIENT_SIDE, to: CLIENT_SIDE, where: "drop-cc" },
    { from: CLIENT_SIDE, to: FORCED, where: "drop-cs" },
    { from: CLIENT_SIDE, to: SERVER_SIDE, where: "drop-cn" },
    { from: FORCED, to: CLIENT_SIDE, where: "drop-sc" },
    { from: FORCED, to: FORCED, where: "drop-ss" },
  ])(
    "removes a field that is applied no more, from $from.type to $to.type",
    async ({ from, to, where }) => {
      const placed = await placedIn(where);
      await placed.apply([configMap(where, "a", { keep: "1", drop: "1" })], from);
      await patchAs(placed.path("configmaps", "a"), { data: { theirs: "1" } });
      const report = await placed.apply([configMap(where, "a", { keep: "1" })], to);
      const again = await placed.apply([configMap(where, "a", { keep: "1" })], to);

      expect(changes(report)).toEqual(["configured"]);
      expect(changes(again)).toEqual(["unchanged"]);
      expect(await dataOf(placed.path("configmaps", "a"))).toEqual({ keep: "1", theirs: "1" });
    },
  );

  it("removes a field that somebody else has set to the same", async () => {
    const placed = await placedIn("shared");
    await placed.apply([configMap("shared", "a", { keep: "1", drop: "1" })]);
    const path = placed.path("configmaps", "a");
    await writeAs(connection, "someone", path, configMap("shared", "a", { drop: "1" }));
    await placed.apply([configMap("shared", "a", { keep: "1" })]);

    expect(await dataOf(path)).toEqual({ keep: "1" });
  });

  it("keeps what others add to a Deployment, and changes what the manifest says", async () => {
    const placed = await placedIn("workload");
    const path = placed.path("deployments", "web");
    await placed.apply([deployment("workload", "web")]);
    await writeAs(connection, "injector", path, {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "web", annotations: { note: "theirs" } },
      spec: { template: { spec: { containers: [{ name: "sidecar", image: "sidecar:1" }] } } },
    });
    const report = await placed.apply([deployment("workload", "web", { image: "web:2" })]);

    expect(changes(report)).toEqual(["configured"]);
    expect(await live(connection, path)).toMatchObject({
      metadata: { annotations: { note: "theirs" } },
      spec: {
        template: {
          spec: {
            containers: [
              { name: "web", image: "web:2" },
              { name: "sidecar", image: "sidecar:1" },
            ],
          },
        },
      },
    });
  });

  it("changes the strategy of a Deployment that the server has filled in", async () => {
    const placed = await placedIn("strategy");
    const web = deployment("strategy", "web");
    await placed.apply([web]);
    const spec = { ...(web.spec as object), strategy: { type: "Recreate" } };
    const report = await placed.apply([{ ...web, spec }]);

    expect(changes(report)).toEqual(["configured"]);
  });

  it("keeps a Service's two protocols on one port apart", async () => {
    const placed = await placedIn("dns");
    const port = (protocol: string, target: number) => ({
      name: protocol.toLowerCase(),
      port: 53,
      targetPort: target,
      protocol,
    });
    const service = (target: number) => ({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "dns", namespace: "dns" },
      spec: { selector: { app: "dns" }, ports: [port("UDP", target), port("TCP", target)] },
    });
    await placed.apply([service(53)]);
    await placed.apply([service(54)]);
    const again = await placed.apply([service(54)]);

    expect(await live(connection, placed.path("services", "dns"))).toMatchObject({
      spec: { ports: [port("UDP", 54), port("TCP", 54)] },
    });
    expect(changes(again)).toEqual(["unchanged"]);
  });

  it("replaces lists of custom resources and keeps fields of others", async () => {
    const placed = await placedIn("customs");
    const path = "/apis/test.stagecoach.dev/v1/namespaces/customs/gizmos/g";
    const gizmo = (spec: object) => ({ ...customObject("Gizmo", "g", "customs"), spec });
    const crd = definition("gizmos", "Gizmo", "Namespaced");
    await placed.apply([crd, gizmo({ sizes: [1, 2], color: "red" })]);
    await patchAs(path, { spec: { theirs: true, sizes: [1, 2, 3] } });
    await placed.apply([crd, gizmo({ sizes: [2] })]);

    expect((await live(connection, path))?.spec).toEqual({ sizes: [2], theirs: true });
  });

  it("keeps what somebody has set in an item of a list that it changes", async () => {
    const placed = await placedIn("webhooks");
    const path =
      "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/apply-options";
    const hooks = (failurePolicy: string) => ({
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingWebhookConfiguration",
      metadata: { name: "apply-options" },
      webhooks: [
        {
          name: "check.test.dev",
          clientConfig: { url: "https://check.test/" },
          rules: [
            { apiGroups: ["no.test"], apiVersions: ["v1"], operations: ["*"], resources: ["*"] },
          ],
          failurePolicy,
          sideEffects: "None",
          admissionReviewVersions: ["v1"],
        },
      ],
    });
    await placed.apply([hooks("Ignore")]);
    const webhooks = hooks("Ignore").webhooks.map((hook) => ({ ...hook, timeoutSeconds: 7 }));
    await patchAs(path, { webhooks });
    await placed.apply([hooks("Fail")]);

    expect((await live(connection, path))?.webhooks).toMatchObject([
      { failurePolicy: "Fail", timeoutSeconds: 7 },
    ]);
  });

  it("applies what is too large to be kept, and then reports conflicts with others", async () => {
    const placed = await placedIn("large");
    const large = (key: string) => configMap("large", "a", { key, load: LOAD });
    const path = placed.path("configmaps", "a");
    const created = await placed.apply([large("1")]);
    const changed = await placed.apply([large("2")]);
    const kept = (await live(connection, path))?.metadata.annotations?.[LAST_APPLIED_ANNOTATION];
    await patchAs(path, { data: { key: "theirs" } });
    const refused = await placed.apply([large("3")]);

    expect([...changes(created), ...changes(changed)]).toEqual(["created", "configured"]);
    expect(kept).toBe("");
    expect(refused.outcomes).toMatchObject([
      {
        applied: false,
        message: expect.stringContaining('conflict with "someone"'),
        retryable: false,
      },
    ]);
  });

  it("goes on with an object that has grown too large to be kept", async () => {
    const placed = await placedIn("grown");
    await placed.apply([configMap("grown", "a", { keep: "1", drop: "1" })]);
    const report = await placed.apply([configMap("grown", "a", { keep: "1", load: LOAD })]);
    const data = await dataOf(placed.path("configmaps", "a"));

    expect(changes(report)).toEqual(["configured"]);
    expect(Object.keys(data ?? {})).toEqual(["keep", "load"]);
  });

  it("takes over an object that KubeFleet applied last, with the fields that are to go", async () => {
    const placed = await placedIn("from-fleet");
    const before = configMap("from-fleet", "a", { keep: "1", drop: "1" });
    const annotations = { [LAST_APPLIED_ANNOTATION]: JSON.stringify(before) };
    const path = placed.path("configmaps", "a");
    await writeAs(connection, "work-api-agent", path, {
      ...before,
      metadata: { ...before.metadata, annotations },
    });
    await placed.apply([configMap("from-fleet", "a", { keep: "2" })]);

    expect(await dataOf(path)).toEqual({ keep: "2" });
  });
});

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
    await patchAs(path, { spec: { replicas: 7, paused: true } });
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
    await patchAs(path, { data: { key: "drift", theirs: "x" } });
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
