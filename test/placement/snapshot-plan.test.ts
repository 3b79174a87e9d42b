import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../src/api/meta.js";
import { snapshotContent } from "../../src/placement/snapshot-content.js";
import { planSnapshots, type SnapshotPlanInput } from "../../src/placement/snapshot-plan.js";
import {
  makePlacement,
  makeSnapshot,
  placementIn,
  readFixture,
  resourcesIn,
  sha256,
} from "./fixtures.js";

const large = (name: string): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "web" },
  data: { text: "x".repeat(600 * 1024) },
});

const small = snapshotContent([], sha256);
const inThreeParts = snapshotContent(["a", "b", "c"].map(large), sha256);

function plan(existing: readonly KubeObject[], more: Partial<SnapshotPlanInput> = {}) {
  return planSnapshots({
    placement: makePlacement(),
    content: small,
    existing,
    revisionHistoryLimit: 10,
    referenced: new Set(),
    ...more,
  });
}

function namesOf(objects: readonly KubeObject[]): readonly string[] {
  return objects.map(({ metadata }) => metadata.name);
}

describe("planSnapshots", () => {
  it("makes the objects that KubeFleet makes", () => {
    const [first, second] = readFixture("two-snapshots");
    if (!first || !second) throw new Error("two-snapshots: two objects expected");
    const { uid: _, generation: _g, creationTimestamp: _c, ...metadata } = second.metadata;
    const created = plan([first], {
      placement: placementIn(readFixture("rolled-out")),
      content: snapshotContent(resourcesIn([second]), sha256),
    });
    expect(created.kind).toBe("Create");
    expect(created.index).toBe(1);
    expect(created.objects).toEqual([{ ...second, metadata }]);
  });

  it("makes a namespaced placement's snapshots in its namespace", () => {
    const placement = makePlacement();
    const metadata = { ...placement.metadata, namespace: "team" };
    const [master] = plan([], { placement: { metadata } }).objects;
    expect(master?.kind).toBe("ResourceSnapshot");
    expect(master?.metadata.namespace).toBe("team");
    expect(master?.metadata.ownerReferences?.[0]?.kind).toBe("ResourcePlacement");
  });

  it("numbers from 0 and demotes the one before", () => {
    expect(plan([]).index).toBe(0);
    const next = plan([makeSnapshot(0, "old", true)]);
    expect(next.index).toBe(1);
    expect(next.demote).toEqual(["web-0-snapshot"]);
    expect(next.remove).toEqual([]);
  });

  it("numbers by value, not by text", () => {
    const existing = [makeSnapshot(10, "b", true), makeSnapshot(9, "a", false)];
    expect(plan(existing).index).toBe(11);
  });

  it("changes nothing when the latest has the content", () => {
    expect(plan([makeSnapshot(3, small.hash, true)])).toEqual({
      kind: "Unchanged",
      index: 3,
      objects: [],
      promote: [],
      demote: [],
      remove: [],
    });
  });

  it("makes a new index of content that an older snapshot had", () => {
    const existing = [makeSnapshot(0, small.hash, false), makeSnapshot(1, "b", true)];
    expect(plan(existing)).toMatchObject({ kind: "Create", index: 2 });
  });

  it("divides large content into a master and its parts", () => {
    const { objects } = plan([], { content: inThreeParts });
    expect(namesOf(objects)).toEqual(["web-0-snapshot", "web-0-0", "web-0-1"]);
    expect(objects[0]?.metadata.annotations).toMatchObject({
      "kubernetes-fleet.io/number-of-resource-snapshots": "3",
      "kubernetes-fleet.io/resource-hash": inThreeParts.hash,
    });
    expect(objects[2]?.metadata).toMatchObject({
      labels: {
        "kubernetes-fleet.io/parent-CRP": "web",
        "kubernetes-fleet.io/resource-index": "0",
      },
      annotations: { "kubernetes-fleet.io/subindex-of-resource-snapshot": "1" },
    });
    expect(objects[2]?.metadata.labels).not.toHaveProperty(
      "kubernetes-fleet.io/is-latest-snapshot",
    );
  });
});

describe("planSnapshots after a crash", () => {
  it("labels the newest as latest again when the label was lost", () => {
    const existing = [makeSnapshot(0, "a", false), makeSnapshot(1, small.hash, false)];
    expect(plan(existing)).toMatchObject({
      kind: "Unchanged",
      index: 1,
      promote: ["web-1-snapshot"],
    });
  });

  it("takes the label from all but the newest", () => {
    const existing = [makeSnapshot(0, "a", true), makeSnapshot(1, small.hash, true)];
    expect(plan(existing)).toMatchObject({
      kind: "Unchanged",
      index: 1,
      demote: ["web-0-snapshot"],
    });
  });

  it("makes the parts that are missing", () => {
    const [master, first] = plan([], { content: inThreeParts }).objects;
    const existing = [master, first].filter((object) => object !== undefined);
    const repaired = plan(existing, { content: inThreeParts });
    expect(repaired.kind).toBe("Unchanged");
    expect(namesOf(repaired.objects)).toEqual(["web-0-1"]);
  });
});

describe("planSnapshots with a history limit", () => {
  const existing = [0, 1, 2, 3].map((index) => makeSnapshot(index, `h${index}`, index === 3));

  it.each([
    {
      behaviour: "removes the oldest so that the new one fits",
      limit: 3,
      referenced: [],
      removed: ["web-0-snapshot", "web-1-snapshot"],
    },
    {
      behaviour: "keeps snapshots that are in use",
      limit: 3,
      referenced: [0],
      removed: ["web-1-snapshot"],
    },
    {
      behaviour: "keeps only the new one with a limit of 1",
      limit: 1,
      referenced: [],
      removed: ["web-0-snapshot", "web-1-snapshot", "web-2-snapshot", "web-3-snapshot"],
    },
    { behaviour: "removes nothing within the limit", limit: 5, referenced: [], removed: [] },
  ])("$behaviour", ({ limit, referenced, removed }) => {
    const input = { revisionHistoryLimit: limit, referenced: new Set<number>(referenced) };
    expect(plan(existing, input).remove).toEqual(removed);
  });

  it("removes the parts with their master", () => {
    const parts = plan([], { content: inThreeParts }).objects;
    expect(plan(parts, { revisionHistoryLimit: 1 }).remove).toEqual(namesOf(parts));
  });
});
