import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MemberConnection } from "../../src/clusters/member-connection.js";
import { LAST_APPLIED_ANNOTATION } from "../../src/manifests/last-applied.js";
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

const CLIENT_SIDE = { type: "ClientSideApply" } as const;
const SERVER_SIDE = { type: "ServerSideApply" } as const;
const FORCED = { ...SERVER_SIDE, serverSideApplyConfig: { force: true } } as const;

const dataOf = async (path: string) => (await live(connection, path))?.data;

/** Larger than all annotations of an object may be. */
const LOAD = "x".repeat(300 * 1024);

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
      await placed.patch(placed.path("configmaps", "a"), { data: { theirs: "1" } });
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
    await placed.patch(path, { spec: { theirs: true, sizes: [1, 2, 3] } });
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
    await placed.patch(path, { webhooks });
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
    await placed.patch(path, { data: { key: "theirs" } });
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
