import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../src/api/meta.js";
import { compareSnapshots } from "../../src/manifests/compare-snapshots.js";

const configMap = (name: string, value: string): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "web" },
  data: { value },
});
const autoscaler = (version: string): KubeObject => ({
  apiVersion: `autoscaling/${version}`,
  kind: "HorizontalPodAutoscaler",
  metadata: { name: "a", namespace: "web" },
});

describe("what differs between two snapshots", () => {
  it.each([
    {
      behaviour: "is nothing when only the order differs",
      from: [configMap("a", "1"), configMap("b", "1")],
      to: [configMap("b", "1"), configMap("a", "1")],
      difference: { unchanged: 2 },
    },
    {
      behaviour: "is what was added, changed and removed",
      from: [configMap("gone", "1"), configMap("same", "1"), configMap("other", "1")],
      to: [configMap("same", "1"), configMap("other", "2"), configMap("new", "1")],
      difference: {
        added: ["ConfigMap/web/new"],
        changed: ["ConfigMap/web/other"],
        removed: ["ConfigMap/web/gone"],
        unchanged: 1,
      },
    },
    {
      behaviour: "is everything for clusters that have nothing",
      from: [],
      to: [configMap("b", "1"), configMap("a", "1")],
      difference: { added: ["ConfigMap/web/a", "ConfigMap/web/b"] },
    },
    {
      behaviour: "is a change when an object is written in another version",
      from: [autoscaler("v1")],
      to: [autoscaler("v2")],
      difference: { changed: ["HorizontalPodAutoscaler/web/a"] },
    },
  ])("$behaviour", ({ from, to, difference }) => {
    const nothing = { added: [], changed: [], removed: [], unchanged: 0 };
    expect(compareSnapshots(from, to)).toEqual({ ...nothing, ...difference });
  });
});
