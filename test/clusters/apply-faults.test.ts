import { afterEach, describe, expect, it } from "vitest";
import { type ApplySnapshotRequest, applySnapshot } from "../../src/clusters/apply-snapshot.js";
import { awaitAvailability } from "../../src/clusters/await-availability.js";
import { mapInParallel } from "../../src/clusters/in-parallel.js";
import { removePlaced } from "../../src/clusters/remove-placed.js";
import type { ApplyReport, Owner } from "../../src/manifests/outcome.js";
import { findBuiltinSchema } from "../../src/registry/builtin-schema.js";
import {
  answer,
  type FaultServer,
  faultServer,
  type Reaction,
  refusal,
  reset,
} from "./fault-server.js";

let server: FaultServer | undefined;

afterEach(async () => {
  await server?.stop();
});

async function serve(...reactions: readonly Reaction[]): Promise<FaultServer> {
  server = await faultServer(...reactions);
  return server;
}

const { signal } = new AbortController();
const owner: Owner = { kind: "ClusterResourcePlacement", name: "web", uid: "1" };
const identifier = { version: "v1", kind: "ConfigMap", namespace: "shop", name: "a" };
const manifest = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { namespace: "shop", name: "a" },
};
const request = {
  owner,
  manifests: [manifest],
  inventory: [],
  applyStrategy: {},
  patchSchemas: findBuiltinSchema,
};
const known = { ...request, inventory: [{ ...identifier, uid: "u1" }] };
const stored = { ...manifest, metadata: { ...manifest.metadata, uid: "u1", resourceVersion: "7" } };

const missing = refusal(404, "NotFound", 'configmaps "a" not found');
const exists = refusal(409, "AlreadyExists", 'configmaps "a" already exists');

describe("applySnapshot", () => {
  const path = "/api/v1/namespaces/shop/configmaps";
  const query = "fieldManager=stagecoach&fieldValidation=Strict";
  const serverSide = { type: "ServerSideApply", serverSideApplyConfig: { force: true } } as const;

  it.each<{
    behaviour: string;
    wanted: ApplySnapshotRequest;
    reactions: Reaction[];
    lines: string[];
  }>([
    {
      behaviour: "creates an object it does not know without looking for it",
      wanted: request,
      reactions: [answer(201, stored)],
      lines: [`POST ${path}?${query}`],
    },
    {
      behaviour: "reads an object that is there already",
      wanted: request,
      reactions: [exists, answer(200, stored), answer(200, stored)],
      lines: [`POST ${path}?${query}`, `GET ${path}/a`, `PATCH ${path}/a?${query}`],
    },
    {
      behaviour: "reads an object it knows and patches what differs",
      wanted: known,
      reactions: [answer(200, stored), answer(200, stored)],
      lines: [`GET ${path}/a`, `PATCH ${path}/a?${query}`],
    },
    {
      behaviour: "only writes an object it knows with server-side apply",
      wanted: { ...known, applyStrategy: serverSide },
      reactions: [answer(200, stored)],
      lines: [`PATCH ${path}/a?fieldManager=stagecoach&force=true`],
    },
    {
      behaviour: "creates anew what disappears between reading and patching",
      wanted: known,
      reactions: [answer(200, stored), missing, missing, answer(201, stored)],
      lines: [
        `GET ${path}/a`,
        `PATCH ${path}/a?${query}`,
        `GET ${path}/a`,
        `POST ${path}?${query}`,
      ],
    },
  ])("$behaviour", async ({ wanted, reactions, lines }) => {
    const { connection, requests } = await serve(...reactions);
    const report = await applySnapshot(connection, wanted, signal);

    expect(report.outcomes).toMatchObject([{ applied: true }]);
    expect(requests.map(({ line }) => line)).toEqual(lines);
  });

  it("decides again when the object changes between reading and applying", async () => {
    const changed = refusal(409, "Conflict", "the object has been modified");
    const { connection, requests } = await serve(
      answer(200, stored),
      changed,
      answer(200, stored),
      answer(200, stored),
    );
    const report = await applySnapshot(connection, known, signal);

    expect(report.outcomes).toMatchObject([{ applied: true }]);
    expect(requests).toHaveLength(4);
  });

  it("gives up on an object that never stands still, for now", async () => {
    const changed = refusal(409, "Conflict", "the object has been modified");
    const pairs = [0, 1, 2].flatMap(() => [answer(200, stored), changed]);
    const { connection } = await serve(...pairs);
    const report = await applySnapshot(connection, known, signal);

    expect(report.outcomes).toMatchObject([
      { applied: false, message: "the object has been modified", retryable: true },
    ]);
  });

  it("leaves the cluster scope to those who mean it", async () => {
    const { connection, requests } = await serve(answer(201, stored));
    const role = {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { namespace: "shop", name: "all" },
    };
    const report = await applySnapshot(connection, { ...request, manifests: [role] }, signal);

    expect(report.outcomes).toMatchObject([
      {
        applied: false,
        retryable: false,
        message:
          "ClusterRole all is said to be in the namespace shop, but the member has ClusterRole at the cluster scope",
      },
    ]);
    expect(requests).toEqual([]);
  });

  it("keeps an object in the inventory that it may have put", async () => {
    const down = refusal(503, "ServiceUnavailable", "etcd is down");
    const { connection } = await serve(down);
    const report = await applySnapshot(connection, request, signal);

    expect(report.outcomes).toMatchObject([{ message: "etcd is down", retryable: true }]);
    expect(report.inventory).toEqual([identifier]);
  });

  it.each([
    { behaviour: "the member cannot be reached", reaction: reset, reason: "Unreachable" },
    {
      behaviour: "the member refuses the credentials",
      reaction: refusal(401, "Unauthorized", "Unauthorized"),
      reason: "Unauthorized",
    },
    {
      behaviour: "something else than an API server answers",
      reaction: answer(200, "<html>Sign in</html>"),
      reason: "Misconfigured",
    },
  ])("throws MemberUnreachable when $behaviour", async ({ reaction, reason }) => {
    const { connection } = await serve(reaction);

    await expect(applySnapshot(connection, request, signal)).rejects.toMatchObject({
      name: "MemberUnreachable",
      reason,
    });
  });

  it("says why a missing namespace could not be created", async () => {
    const forbidden = refusal(403, "Forbidden", "namespaces is forbidden");
    const noNamespace = refusal(404, "NotFound", 'namespaces "shop" not found');
    const { connection } = await serve(missing, forbidden, noNamespace, missing);
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } };
    const report = await applySnapshot(
      connection,
      { ...request, missingNamespaces: [namespace] },
      signal,
    );

    expect(report.outcomes).toMatchObject([
      {
        message: 'namespaces "shop" not found (it could not be created: namespaces is forbidden)',
      },
    ]);
  });
});

describe("awaitAvailability", () => {
  const deployment = {
    group: "apps",
    version: "v1",
    kind: "Deployment",
    namespace: "a",
    name: "d",
  };
  const report: ApplyReport = {
    outcomes: [
      {
        applied: true,
        identifier: deployment,
        change: "created",
        uid: "u1",
        availability: { state: "NotAvailableYet", message: "0 of 1 replicas are available" },
      },
    ],
    inventory: [],
    pruned: [],
    pruneFailures: [],
  };

  it.each([
    {
      behaviour: "the words of a server that cannot answer",
      reaction: refusal(403, "Forbidden", "deployments is forbidden"),
      message: "deployments is forbidden",
    },
    {
      behaviour: "that the object has been replaced",
      reaction: answer(200, {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "d", namespace: "a", uid: "another" },
      }),
      message: "the object has been replaced by another one",
    },
  ])("reports $behaviour", async ({ reaction, message }) => {
    const { connection } = await serve(reaction);
    const settled = await awaitAvailability(connection, report, { timeoutMs: 400, signal });

    expect(settled.outcomes).toMatchObject([
      { availability: { state: "NotAvailableYet", message } },
    ]);
  });

  it("outlasts a member that cannot be reached for a while", async () => {
    const available = answer(200, {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "d", namespace: "a", uid: "u1", generation: 1 },
      spec: { replicas: 1 },
      status: { observedGeneration: 1, updatedReplicas: 1, availableReplicas: 1 },
    });
    const { connection } = await serve(...Array<Reaction>(5).fill(reset), available);
    const settled = await awaitAvailability(connection, report, { timeoutMs: 10_000, signal });

    expect(settled.outcomes).toMatchObject([{ availability: { state: "Available" } }]);
  });
});

describe("removePlaced", () => {
  it("keeps what could not be removed, with the server's words", async () => {
    const forbidden = refusal(403, "Forbidden", "configmaps is forbidden");
    const { connection } = await serve(forbidden);
    const request = { owner, inventory: [identifier] };
    const report = await removePlaced(connection, request, signal);

    expect(report).toEqual({
      removed: [],
      remaining: [{ identifier, message: "configmaps is forbidden", deletionAccepted: false }],
    });
  });
});

describe("mapInParallel", () => {
  it("keeps the order of results and never exceeds its limit", async () => {
    let running = 0;
    let most = 0;
    const results = await mapInParallel([5, 1, 4, 2, 3], 2, async (item) => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
      return item * 10;
    });

    expect(results).toEqual([50, 10, 40, 20, 30]);
    expect(most).toBe(2);
  });

  it("starts nothing more after a failure, and throws it", async () => {
    const started: number[] = [];
    const work = mapInParallel([1, 2, 3, 4], 1, async (item) => {
      started.push(item);
      if (item === 2) throw new Error("second");
    });

    await expect(work).rejects.toThrow("second");
    expect(started).toEqual([1, 2]);
  });
});
