import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KubeObject } from "../../src/api/meta.js";
import { type ApplySnapshotRequest, applySnapshot } from "../../src/clusters/apply-snapshot.js";
import type { MemberConnection } from "../../src/clusters/member-connection.js";
import { canonicalJson } from "../../src/manifests/canonical-json.js";
import { writeAhead } from "../../src/manifests/inventory.js";
import { LAST_APPLIED_ANNOTATION } from "../../src/manifests/last-applied.js";
import { OWNED_BY_ANNOTATION, SPEC_HASH_ANNOTATION } from "../../src/manifests/ownership.js";
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

function apply(manifests: readonly KubeObject[], request: Partial<ApplySnapshotRequest> = {}) {
  const defaults = {
    owner,
    manifests,
    inventory: [],
    applyStrategy: {},
    patchSchemas: findBuiltinSchema,
  };
  return applySnapshot(connection, { ...defaults, ...request }, signal);
}

/** Makes a namespace of its own for a test and returns the path of its ConfigMaps. */
async function inNamespace(name: string): Promise<string> {
  await writeAs(connection, "test", `/api/v1/namespaces/${name}`, namespace(name));
  return `/api/v1/namespaces/${name}/configmaps`;
}

describe("applySnapshot", () => {
  it("creates a namespace before what is in it and marks every object", async () => {
    const report = await apply([
      deployment("shop", "web"),
      configMap("shop", "settings"),
      namespace("shop"),
    ]);

    expect(report.outcomes.map(({ applied }) => applied)).toEqual([true, true, true]);
    const settings = await live(connection, "/api/v1/namespaces/shop/configmaps/settings");
    expect(settings?.metadata.annotations).toEqual({
      [OWNED_BY_ANNOTATION]: "ClusterResourcePlacement/-/web/placement-1",
      [SPEC_HASH_ANNOTATION]: expect.stringMatching(/^[0-9a-f]{64}$/),
      [LAST_APPLIED_ANNOTATION]: canonicalJson(configMap("shop", "settings")),
    });
    expect(report.inventory).toContainEqual({
      version: "v1",
      kind: "ConfigMap",
      namespace: "shop",
      name: "settings",
      uid: settings?.metadata.uid,
      specHash: settings?.metadata.annotations?.[SPEC_HASH_ANNOTATION],
    });
  });

  it("tells created, unchanged and configured objects apart", async () => {
    await inNamespace("changes");
    const changes = async (
      manifests: KubeObject[],
      inventory: ApplySnapshotRequest["inventory"],
    ) => {
      const report = await apply(manifests, { inventory });
      const change = report.outcomes.map((outcome) => outcome.applied && outcome.change);
      return { change, inventory: report.inventory };
    };
    const manifests = [configMap("changes", "a"), configMap("changes", "b")];
    const first = await changes(manifests, []);
    const second = await changes(manifests, first.inventory);
    const edited = [configMap("changes", "a"), configMap("changes", "b", { key: "new" })];
    const third = await changes(edited, second.inventory);
    const unknown = await changes(edited, []);

    expect([first, second, third, unknown].map(({ change }) => change)).toEqual([
      ["created", "created"],
      ["unchanged", "unchanged"],
      ["unchanged", "configured"],
      ["unchanged", "unchanged"],
    ]);
  });

  it("removes fields that a newer manifest no longer has", async () => {
    const path = await inNamespace("fields");
    const first = await apply([configMap("fields", "a", { keep: "1", drop: "1" })]);
    await apply([configMap("fields", "a", { keep: "1" })], { inventory: first.inventory });

    expect(await live(connection, `${path}/a`)).toMatchObject({ data: { keep: "1" } });
    expect((await live(connection, `${path}/a`))?.data).not.toHaveProperty("drop");
  });

  it("prunes what the snapshot before had and leaves what is somebody else's", async () => {
    const path = await inNamespace("prune");
    const first = await apply([configMap("prune", "old"), configMap("prune", "given-away")]);
    await writeAs(connection, "test", `${path}/given-away`, {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "given-away", annotations: { [OWNED_BY_ANNOTATION]: "somebody" } },
    });
    const report = await apply([configMap("prune", "new")], { inventory: first.inventory });

    expect(report.pruned.map(({ name }) => name)).toEqual(["old"]);
    expect(report.inventory.map(({ name }) => name)).toEqual(["new"]);
    expect(await live(connection, `${path}/old`)).toBeUndefined();
    expect(await live(connection, `${path}/given-away`)).toBeDefined();
  });

  it("says that an object is being deleted that a newer snapshot wants back", async () => {
    await inNamespace("held");
    const held = configMap("held", "held");
    const manifest = { ...held, metadata: { ...held.metadata, finalizers: ["test.dev/hold"] } };
    const first = await apply([manifest]);
    const second = await apply([], { inventory: first.inventory });
    const third = await apply([manifest], { inventory: second.inventory });

    expect(second).toMatchObject({ inventory: [], pruned: [{ name: "held" }], pruneFailures: [] });
    expect(third.outcomes).toMatchObject([
      {
        applied: false,
        retryable: true,
        message:
          "the object on the member is being deleted and waits for its finalizers test.dev/hold",
      },
    ]);
  });

  it("applies custom resources whose definition is in the same snapshot", async () => {
    await inNamespace("custom");
    const report = await apply([
      customObject("Widget", "w", "custom"),
      customObject("Fleet", "f"),
      definition("widgets", "Widget", "Namespaced"),
      definition("fleets", "Fleet", "Cluster"),
    ]);

    expect(report.outcomes.every(({ applied }) => applied)).toBe(true);
    const path = "/apis/test.stagecoach.dev/v1";
    expect(await live(connection, `${path}/fleets/f`)).toBeDefined();
    expect(await live(connection, `${path}/namespaces/custom/widgets/w`)).toBeDefined();

    const again = await apply([customObject("Fleet", "f")], { inventory: report.inventory });
    expect(again.outcomes).toMatchObject([{ applied: true, change: "unchanged" }]);
    expect(again.pruned.map(({ kind }) => kind).sort()).toEqual([
      "CustomResourceDefinition",
      "CustomResourceDefinition",
      "Widget",
    ]);
  });

  it("applies an object anew that was deleted or replaced behind its back", async () => {
    const path = await inNamespace("behind");
    const manifests = [configMap("behind", "deleted"), configMap("behind", "replaced")];
    const first = await apply(manifests);
    for (const name of ["deleted", "replaced"]) {
      await connection.request({ method: "DELETE", path: `${path}/${name}` });
    }
    await writeAs(
      connection,
      "test",
      `${path}/replaced`,
      configMap("behind", "replaced", { x: "1" }),
    );
    const report = await apply(manifests, {
      inventory: first.inventory,
      applyStrategy: { whenToTakeOver: "Never" },
    });

    expect(report.outcomes).toMatchObject([
      { applied: true, change: "created" },
      { applied: false, reason: "NotTakenOver" },
    ]);
    expect(report.inventory.map(({ name }) => name)).toEqual(["deleted"]);
  });

  it("takes any inventory for a hint when it was written ahead", async () => {
    const path = await inNamespace("ahead");
    const manifests = [configMap("ahead", "a")];
    const report = await apply(manifests, { inventory: writeAhead([], manifests) });

    expect(report.inventory[0]?.uid).toBe((await live(connection, `${path}/a`))?.metadata.uid);
  });

  it.each([
    {
      behaviour: "tells that a kind is not served",
      manifest: { apiVersion: "no.such/v1", kind: "Thing", metadata: { name: "t" } },
      outcome: {
        reason: "ManifestApplyFailed",
        message: 'no matches for kind "Thing" in version "no.such/v1"',
        retryable: true,
      },
    },
    {
      behaviour: "tells that the namespace is missing",
      manifest: configMap("nowhere", "a"),
      outcome: {
        reason: "ManifestApplyFailed",
        message: 'namespaces "nowhere" not found',
        retryable: true,
      },
    },
    {
      behaviour: "quotes the server about an invalid object",
      manifest: configMap("default", "a", { "a b": "1" }),
      outcome: {
        reason: "ManifestApplyFailed",
        message: expect.stringContaining(
          'ConfigMap "a" is invalid: data[a b]: Invalid value: "a b"',
        ),
        retryable: false,
      },
    },
    {
      behaviour: "quotes the server about an unknown field, without trying again",
      manifest: { ...configMap("default", "a"), color: "red" },
      outcome: {
        reason: "ManifestApplyFailed",
        message: expect.stringContaining('strict decoding error: unknown field "color"'),
        retryable: false,
      },
    },
    {
      behaviour: "refuses generated names",
      manifest: {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "", generateName: "a-", namespace: "default" },
      },
      outcome: { reason: "FoundGenerateName", retryable: false },
    },
  ])("$behaviour", async ({ manifest, outcome }) => {
    const report = await apply([manifest]);
    expect(report.outcomes).toMatchObject([{ applied: false, ...outcome }]);
  });

  it("gives server-side apply conflicts to a person, and overwrites with force", async () => {
    const path = await inNamespace("conflict");
    await writeAs(
      connection,
      "someone",
      `${path}/a`,
      configMap("conflict", "a", { key: "theirs" }),
    );
    const manifests = [configMap("conflict", "a", { key: "ours" })];
    const refused = await apply(manifests, { applyStrategy: { type: "ServerSideApply" } });
    const forced = await apply(manifests, {
      applyStrategy: { type: "ServerSideApply", serverSideApplyConfig: { force: true } },
    });

    expect(refused.outcomes).toMatchObject([
      {
        applied: false,
        message: 'Apply failed with 1 conflict: conflict with "someone": .data.key',
        retryable: false,
      },
    ]);
    expect(forced.outcomes).toMatchObject([{ applied: true, change: "configured" }]);
  });

  it("creates missing namespaces with their labels and does not own them", async () => {
    const wanted = namespace("late", { team: "shop" });
    const manifests = [configMap("late", "a")];
    const first = await apply(manifests, { missingNamespaces: [wanted] });
    const created = await live(connection, "/api/v1/namespaces/late");
    const second = await apply([], { inventory: first.inventory, missingNamespaces: [wanted] });

    expect(first.createdNamespaces).toEqual(["late"]);
    expect(created?.metadata.labels).toMatchObject({ team: "shop" });
    expect(created?.metadata.annotations).toBeUndefined();
    expect(second.pruned.map(({ kind }) => kind)).toEqual(["ConfigMap"]);
    expect(await live(connection, "/api/v1/namespaces/late")).toBeDefined();
  });
});
