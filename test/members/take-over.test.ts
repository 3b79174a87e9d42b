import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KubeObject } from "../../src/api/meta.js";
import { applySnapshot } from "../../src/clusters/apply-snapshot.js";
import type { ApplyStrategyOptions } from "../../src/manifests/apply-strategy.js";
import type { InventoryEntry, Owner } from "../../src/manifests/outcome.js";
import { OWNED_BY_ANNOTATION } from "../../src/manifests/ownership.js";
import { findBuiltinSchema } from "../../src/registry/builtin-schema.js";
import { type Member, startMember } from "../envtest/member.js";
import { configMap, live, namespace, owner, writeAs } from "./objects.js";

let member: Member;

beforeAll(async () => {
  member = await startMember("member1");
});
afterAll(async () => {
  await member?.stop();
});

const { signal } = new AbortController();

interface Pass {
  readonly applyStrategy?: ApplyStrategyOptions;
  readonly inventory?: readonly InventoryEntry[];
  readonly by?: Owner;
}

function apply(manifest: KubeObject, { applyStrategy = {}, inventory = [], by = owner }: Pass) {
  const request = {
    owner: by,
    manifests: [manifest],
    inventory,
    applyStrategy,
    patchSchemas: findBuiltinSchema,
  };
  return applySnapshot(member.connection, request, signal);
}

/** Puts an object on the member before the placement comes, in a namespace of its own. */
async function foundOnMember(where: string, data: Record<string, string>, metadata: object = {}) {
  await writeAs(member.connection, "test", `/api/v1/namespaces/${where}`, namespace(where));
  const path = `/api/v1/namespaces/${where}/configmaps/a`;
  const object = configMap(where, "a", data);
  await writeAs(member.connection, "someone", path, {
    ...object,
    metadata: { ...object.metadata, ...metadata },
  });
  return path;
}

const foreignOwner = {
  ownerReferences: [{ apiVersion: "v1", kind: "ConfigMap", name: "parent", uid: "1-2-3" }],
};

describe("taking over", () => {
  it("overwrites an object that was there before, by default", async () => {
    const path = await foundOnMember("always", { key: "theirs", other: "kept" });
    const report = await apply(configMap("always", "a", { key: "ours" }), {});

    expect(report.outcomes).toMatchObject([{ applied: true, change: "configured" }]);
    expect(await live(member.connection, path)).toMatchObject({
      metadata: { annotations: { [OWNED_BY_ANNOTATION]: expect.stringContaining("/web/") } },
      data: { key: "ours", other: "kept" },
    });
  });

  it("leaves an object alone with Never", async () => {
    const path = await foundOnMember("never", { key: "theirs" });
    const report = await apply(configMap("never", "a", { key: "ours" }), {
      applyStrategy: { whenToTakeOver: "Never" },
    });

    expect(report.outcomes).toMatchObject([{ applied: false, reason: "NotTakenOver" }]);
    expect(report.inventory).toEqual([]);
    expect(await live(member.connection, path)).toMatchObject({ data: { key: "theirs" } });
  });

  it("takes an object over with IfNoDiff when the fields of the manifest agree", async () => {
    await foundOnMember("no-diff", { key: "same", other: "theirs" });
    const report = await apply(configMap("no-diff", "a", { key: "same" }), {
      applyStrategy: { whenToTakeOver: "IfNoDiff" },
    });

    expect(report.outcomes).toMatchObject([{ applied: true }]);
  });

  it("reports the differences that IfNoDiff finds", async () => {
    await foundOnMember("diff", { key: "theirs" });
    const report = await apply(configMap("diff", "a", { key: "ours" }), {
      applyStrategy: { whenToTakeOver: "IfNoDiff" },
    });

    expect(report.outcomes).toMatchObject([{ applied: false, reason: "FailedToTakeOver" }]);
    expect(report.diffs).toMatchObject([
      { details: [{ path: "/data/key", valueInHub: "ours", valueInMember: "theirs" }] },
    ]);
  });

  it("counts every field with IfNoDiff and FullComparison", async () => {
    await foundOnMember("full", { key: "same", other: "theirs" });
    const report = await apply(configMap("full", "a", { key: "same" }), {
      applyStrategy: { whenToTakeOver: "IfNoDiff", comparisonOption: "FullComparison" },
    });

    expect(report.diffs).toMatchObject([
      { details: [{ path: "/data/other", valueInMember: "theirs" }] },
    ]);
  });

  it("respects owners of another kind unless co-ownership is allowed", async () => {
    await foundOnMember("owned", { key: "theirs" }, foreignOwner);
    const manifest = configMap("owned", "a", { key: "ours" });
    const refused = await apply(manifest, {});
    const allowed = await apply(manifest, { applyStrategy: { allowCoOwnership: true } });

    expect(refused.outcomes).toMatchObject([
      {
        reason: "FailedToTakeOver",
        message: expect.stringContaining("(existingOwnerRefs: [v1 ConfigMap/parent])"),
      },
    ]);
    expect(allowed.outcomes).toMatchObject([{ applied: true, change: "configured" }]);
  });

  it("only gives up its mark when it stops placing an object with other owners", async () => {
    const path = await foundOnMember("co-owned", { key: "theirs" }, foreignOwner);
    const first = await apply(configMap("co-owned", "a"), {
      applyStrategy: { allowCoOwnership: true },
    });
    await apply(configMap("co-owned", "b"), { inventory: first.inventory });

    const left = await live(member.connection, path);
    expect(left).toBeDefined();
    expect(left?.metadata.annotations).toBeUndefined();
  });

  it("never takes an object from another placement", async () => {
    await foundOnMember("other", { key: "theirs" });
    const other: Owner = { kind: "ResourcePlacement", namespace: "other", name: "web", uid: "2" };
    await apply(configMap("other", "a"), { by: other });
    const report = await apply(configMap("other", "a"), {
      applyStrategy: { allowCoOwnership: true },
    });

    expect(report.outcomes).toMatchObject([
      {
        reason: "FailedToTakeOver",
        message: expect.stringContaining("another placement (ResourcePlacement/other/web)"),
      },
    ]);
  });

  it("inherits from an earlier placement of the same name", async () => {
    await foundOnMember("heir", { key: "theirs" });
    await apply(configMap("heir", "a"), { by: { ...owner, uid: "earlier" } });
    const report = await apply(configMap("heir", "a"), {});

    expect(report.outcomes).toMatchObject([{ applied: true }]);
  });
});

describe("drift", () => {
  it("is healed by default", async () => {
    const path = await foundOnMember("healed", { key: "theirs" });
    const manifest = configMap("healed", "a", { key: "ours" });
    const first = await apply(manifest, {});
    await writeAs(member.connection, "someone", path, configMap("healed", "a", { key: "drift" }));
    await apply(manifest, { inventory: first.inventory });

    expect(await live(member.connection, path)).toMatchObject({ data: { key: "ours" } });
  });

  it("stops an unchanged manifest with IfNotDrifted, but not a changed one", async () => {
    const path = await foundOnMember("drifted", { key: "theirs" });
    const applyStrategy = { whenToApply: "IfNotDrifted" } as const;
    const manifest = configMap("drifted", "a", { key: "ours" });
    const { inventory } = await apply(manifest, { applyStrategy });
    const calm = await apply(manifest, { applyStrategy, inventory });
    await writeAs(member.connection, "someone", path, configMap("drifted", "a", { key: "drift" }));
    const drifted = await apply(manifest, { applyStrategy, inventory });
    const changed = await apply(configMap("drifted", "a", { key: "new" }), {
      applyStrategy,
      inventory,
    });

    expect(calm.outcomes).toMatchObject([{ applied: true, change: "unchanged" }]);
    expect(drifted.outcomes).toMatchObject([{ applied: false, reason: "FoundDrifts" }]);
    expect(drifted.diffs).toMatchObject([
      { details: [{ path: "/data/key", valueInHub: "ours", valueInMember: "drift" }] },
    ]);
    expect(drifted.inventory).toEqual(inventory);
    expect(changed.outcomes).toMatchObject([{ applied: true, change: "configured" }]);
  });
});

describe("ReportDiff", () => {
  const applyStrategy = { type: "ReportDiff" } as const;

  it("reports differences and missing objects and writes nothing", async () => {
    const path = await foundOnMember("report", { key: "theirs" });
    const before = await live(member.connection, path);
    const request = {
      owner,
      manifests: [
        configMap("report", "a", { key: "ours" }),
        configMap("report", "missing"),
        { ...namespace("report") },
      ],
      inventory: [{ version: "v1", kind: "ConfigMap", namespace: "report", name: "old" }],
      applyStrategy,
      patchSchemas: findBuiltinSchema,
    };
    const report = await applySnapshot(member.connection, request, signal);

    expect(report.outcomes.map(({ applied }) => applied)).toEqual([true, true, true]);
    expect(report.diffs).toMatchObject([
      { details: [{ path: "/data/key", valueInHub: "ours", valueInMember: "theirs" }] },
      {
        identifier: { name: "missing" },
        details: [{ path: "/", valueInHub: "(the whole object)" }],
      },
    ]);
    expect(report).toMatchObject({ inventory: request.inventory, pruned: [] });
    expect(await live(member.connection, path)).toEqual(before);
    expect(await live(member.connection, path.replace(/a$/, "missing"))).toBeUndefined();
  });

  it("hides what Secrets contain", async () => {
    await foundOnMember("secret", {});
    const secret = (value: string) => ({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "s", namespace: "secret" },
      data: { password: btoa(value) },
    });
    const path = "/api/v1/namespaces/secret/secrets/s";
    await writeAs(member.connection, "someone", path, secret("theirs"));
    const report = await apply(secret("ours"), { applyStrategy });

    expect(report.diffs).toMatchObject([
      {
        details: [
          {
            path: "/data/password",
            valueInHub: "(redacted for security reasons)",
            valueInMember: "(redacted for security reasons)",
          },
        ],
      },
    ]);
  });
});
