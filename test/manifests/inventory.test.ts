import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../src/api/meta.js";
import { inventoryAfter, leftOvers, writeAhead } from "../../src/manifests/inventory.js";
import type { ApplyFailure, ObjectOutcome } from "../../src/manifests/outcome.js";

const entry = (name: string, uid?: string) => ({
  version: "v1",
  kind: "ConfigMap",
  namespace: "a",
  name,
  ...(uid && { uid }),
});

const manifest = (name: string): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "a" },
});

describe("writeAhead", () => {
  it("adds what will be put to what is there, and keeps known uids", () => {
    expect(
      writeAhead([entry("old", "1"), entry("same", "2")], [manifest("same"), manifest("new")]),
    ).toEqual([entry("old", "1"), entry("same", "2"), entry("new")]);
  });

  it("names an object once and leaves out what has no name", () => {
    const generated = { ...manifest(""), metadata: { name: "", generateName: "a-" } };

    expect(writeAhead([], [manifest("a"), manifest("a"), generated])).toEqual([entry("a")]);
  });
});

describe("leftOvers", () => {
  it("finds what the manifests no longer contain", () => {
    expect(leftOvers([entry("old"), entry("same")], [manifest("same")])).toEqual([entry("old")]);
  });

  it("takes another version of a kind for the same object", () => {
    const scaler = { group: "autoscaling", version: "v1", kind: "HorizontalPodAutoscaler" };
    const newer = {
      apiVersion: "autoscaling/v2",
      kind: scaler.kind,
      metadata: { name: "a", namespace: "a" },
    };

    expect(leftOvers([{ ...scaler, namespace: "a", name: "a" }], [newer])).toEqual([]);
  });

  it("tells kinds, groups and namespaces apart", () => {
    const others = [
      { ...entry("a"), kind: "Secret" },
      { ...entry("a"), group: "x.io" },
      { ...entry("a"), namespace: "b" },
    ];

    expect(leftOvers(others, [manifest("a")])).toEqual(others);
  });
});

describe("inventoryAfter", () => {
  const applied = (name: string, uid: string): ObjectOutcome => ({
    applied: true,
    identifier: entry(name),
    change: "created",
    uid,
    availability: { state: "Available" },
  });
  const refused = (name: string, reason: ApplyFailure, retryable = false): ObjectOutcome => ({
    applied: false,
    identifier: entry(name),
    reason,
    message: "",
    retryable,
  });

  it.each([
    {
      behaviour: "records an applied object with uid and hash",
      before: [],
      change: { outcome: applied("a", "1"), specHash: "h" },
      after: [{ ...entry("a", "1"), specHash: "h" }],
    },
    {
      behaviour: "replaces the uid of an object that was made anew",
      before: [entry("a", "1")],
      change: { outcome: applied("a", "2") },
      after: [entry("a", "2")],
    },
    {
      behaviour: "keeps an object that is there although the new manifest was refused",
      before: [entry("a", "1")],
      change: { outcome: refused("a", "ManifestApplyFailed") },
      after: [entry("a", "1")],
    },
    {
      behaviour: "keeps an object that drifted",
      before: [entry("a", "1")],
      change: { outcome: refused("a", "FoundDrifts") },
      after: [entry("a", "1")],
    },
    {
      behaviour: "keeps an object that may have been put",
      before: [],
      change: { outcome: refused("a", "ManifestApplyFailed", true) },
      after: [entry("a")],
    },
    {
      behaviour: "drops an object that was refused before it existed",
      before: [entry("a")],
      change: { outcome: refused("a", "ManifestApplyFailed") },
      after: [],
    },
    {
      behaviour: "drops an object that is somebody else's by now",
      before: [entry("a", "1")],
      change: { outcome: refused("a", "FailedToTakeOver") },
      after: [],
    },
    {
      behaviour: "drops what was pruned",
      before: [entry("old", "1")],
      change: { outcome: applied("a", "2") },
      after: [entry("a", "2")],
    },
  ])("$behaviour", ({ before, change, after }) => {
    expect(inventoryAfter(before, [change], [])).toEqual(after);
  });

  it("keeps what could not be pruned", () => {
    expect(inventoryAfter([entry("old", "1")], [], [entry("old")])).toEqual([entry("old", "1")]);
  });

  it("names an object once although its manifest came twice", () => {
    const changes = [{ outcome: applied("a", "1") }, { outcome: refused("a", "Duplicated") }];

    expect(inventoryAfter([], changes, [])).toEqual([entry("a", "1")]);
  });
});
