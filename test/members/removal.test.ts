import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KubeObject } from "../../src/api/meta.js";
import { applySnapshot } from "../../src/clusters/apply-snapshot.js";
import { awaitAvailability } from "../../src/clusters/await-availability.js";
import { removePlaced } from "../../src/clusters/remove-placed.js";
import { findBuiltinSchema } from "../../src/registry/builtin-schema.js";
import { type Member, startMember } from "../envtest/member.js";
import { configMap, deployment, live, namespace, owner } from "./objects.js";

let member: Member;

beforeAll(async () => {
  member = await startMember("member1", { controllers: true });
});
afterAll(async () => {
  await member?.stop();
});

const { signal } = new AbortController();

function apply(manifests: readonly KubeObject[]) {
  const request = {
    owner,
    manifests,
    inventory: [],
    applyStrategy: {},
    patchSchemas: findBuiltinSchema,
  };
  return applySnapshot(member.connection, request, signal);
}

describe("removePlaced", () => {
  it("removes everything, the namespace last, and is safe to repeat", async () => {
    const manifests = [namespace("gone"), configMap("gone", "a"), deployment("gone", "web")];
    const { inventory } = await apply(manifests);
    const first = await removePlaced(member.connection, { owner, inventory }, signal);
    const second = await removePlaced(member.connection, { owner, inventory }, signal);

    expect(first.removed.map(({ kind }) => kind)).toEqual(["Deployment", "ConfigMap", "Namespace"]);
    expect(first.remaining).toEqual([]);
    expect(second.remaining).toEqual([]);
    await expect
      .poll(() => live(member.connection, "/api/v1/namespaces/gone"), { timeout: 30_000 })
      .toBeUndefined();
  });

  it("leaves alone what belongs to another placement", async () => {
    const { inventory } = await apply([configMap("default", "theirs")]);
    const other = { ...owner, name: "other", uid: "other" };
    const report = await removePlaced(member.connection, { owner: other, inventory }, signal);

    expect(report).toEqual({ removed: [], remaining: [] });
    const path = "/api/v1/namespaces/default/configmaps/theirs";
    expect(await live(member.connection, path)).toBeDefined();
  });

  it("tells which finalizers an object waits for", async () => {
    const plain = configMap("default", "held");
    const held = { ...plain, metadata: { ...plain.metadata, finalizers: ["test.dev/hold"] } };
    const { inventory } = await apply([held]);
    const before = await removePlaced(member.connection, { owner, inventory }, signal);
    await member.connection.request({
      method: "PATCH",
      path: "/api/v1/namespaces/default/configmaps/held",
      contentType: "application/merge-patch+json",
      body: { metadata: { finalizers: null } },
    });
    const after = await removePlaced(member.connection, { owner, inventory }, signal);

    expect(before.remaining).toEqual([
      {
        identifier: { version: "v1", kind: "ConfigMap", namespace: "default", name: "held" },
        message: "is being deleted and waits for its finalizers test.dev/hold",
        deletionAccepted: true,
      },
    ]);
    expect(after.remaining).toEqual([]);
  });
});

describe("awaitAvailability", () => {
  it("ends as soon as a Deployment is available", async () => {
    const report = await apply([deployment("default", "healthy")]);
    const waited: number[] = [];
    const settled = await awaitAvailability(member.connection, report, {
      timeoutMs: 30_000,
      signal,
      onWaiting: (waiting) => waited.push(waiting.length),
    });

    expect(report.outcomes).toMatchObject([{ availability: { state: "NotAvailableYet" } }]);
    expect(settled.outcomes).toMatchObject([{ availability: { state: "Available" } }]);
    expect(waited[0]).toBe(1);
  });

  it("says how many replicas a broken Deployment has when the time is over", async () => {
    const image = "registry.test/broken:1";
    const report = await apply([deployment("default", "broken", { image, replicas: 3 })]);
    const settled = await awaitAvailability(member.connection, report, {
      timeoutMs: 2_000,
      signal,
    });

    expect(settled.outcomes).toMatchObject([
      {
        availability: { state: "NotAvailableYet", message: "0 of 3 replicas are available" },
      },
    ]);
  });

  it("sees a new image replace the old pods before it calls them available", async () => {
    const first = await apply([deployment("default", "rolled")]);
    await awaitAvailability(member.connection, first, { timeoutMs: 30_000, signal });
    const second = await applySnapshot(
      member.connection,
      {
        owner,
        manifests: [deployment("default", "rolled", { image: "registry.test/broken:2" })],
        inventory: first.inventory,
        applyStrategy: {},
        patchSchemas: findBuiltinSchema,
      },
      signal,
    );
    const settled = await awaitAvailability(member.connection, second, {
      timeoutMs: 2_000,
      signal,
    });

    expect(settled.outcomes).toMatchObject([{ availability: { state: "NotAvailableYet" } }]);
  });

  it("ends when the signal aborts", async () => {
    const image = "registry.test/broken:1";
    const report = await apply([deployment("default", "aborted", { image })]);
    const stopping = new AbortController();
    const settled = await awaitAvailability(member.connection, report, {
      timeoutMs: 60_000,
      signal: stopping.signal,
      onWaiting: () => stopping.abort(),
    });

    expect(settled.outcomes).toEqual(report.outcomes);
  });
});
