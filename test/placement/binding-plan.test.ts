import { describe, expect, it } from "vitest";
import { ResourceBinding } from "../../src/api/resource-binding.js";
import { applyBindingChange, bindingName, planBindings } from "../../src/placement/binding-plan.js";
import { bindingsIn, makeBinding, placementIn, readFixture, sha256 } from "./fixtures.js";

const PREVIOUS_STATE = "kubernetes-fleet.io/previous-binding-state";
const placement = { metadata: { name: "web", uid: "web-uid" } };

function pick(clusterName: string, selected = true) {
  return { clusterName, selected, reason: `picked ${clusterName}` };
}

function plan(bindings: readonly ResourceBinding[], picked: readonly string[], policy = "web-0") {
  return planBindings({
    placement,
    policySnapshotName: policy,
    decisions: [...picked.map((name) => pick(name)), pick("other", false)],
    bindings,
    sha256,
  });
}

describe("planBindings", () => {
  it("makes the bindings that KubeFleet makes, but for the end of their names", () => {
    const objects = readFixture("before-any-run");
    const observed = bindingsIn(objects);
    const { create } = planBindings({
      placement: placementIn(objects),
      policySnapshotName: "example-placement-0",
      decisions: observed.map(({ spec }) => spec.clusterDecision),
      bindings: [],
      sha256,
    });
    const expected = observed.map((binding, index) => {
      const { uid: _, generation: _g, creationTimestamp: _c, ...metadata } = binding.metadata;
      const { name } = create[index]?.metadata ?? {};
      return { ...binding, metadata: { ...metadata, name } };
    });
    expect(create).toEqual(expected);
    expect(create[0]?.metadata.name).toMatch(/^example-placement-member1-[0-9a-f]{8}$/);
  });

  it("changes nothing when the picked clusters are bound", () => {
    expect(plan([makeBinding("a"), makeBinding("b")], ["a", "b"])).toEqual({
      create: [],
      change: [],
    });
  });

  it("unschedules what is not picked any more, once", () => {
    const gone = makeBinding("b", { spec: { state: "Unscheduled" } });
    expect(plan([makeBinding("a"), gone], []).change).toEqual([
      { name: "web-a", change: { kind: "Unschedule" } },
    ]);
  });

  it("tells bindings of a new policy", () => {
    const [change] = plan([makeBinding("a")], ["a"], "web-1").change;
    expect(change).toEqual({
      name: "web-a",
      change: { kind: "Pick", policySnapshotName: "web-1", decision: pick("a") },
    });
  });

  it("waits with a new binding while the one before is being deleted", () => {
    const [binding] = plan([], ["a"]).create;
    const metadata = { ...binding?.metadata, deletionTimestamp: "2026-11-21T09:00:00Z" };
    const deleting = ResourceBinding.parse({ ...binding, metadata });
    expect(plan([deleting], ["a"])).toEqual({ create: [], change: [] });
  });

  it("keeps one of two bindings of a cluster", () => {
    const twins = ["web-first", "web-second"].map((name) =>
      makeBinding("a", { metadata: { name } }),
    );
    expect(plan(twins, ["a"]).change).toEqual([
      { name: "web-second", change: { kind: "Unschedule" } },
    ]);
  });
});

describe("applyBindingChange", () => {
  const decision = pick("a");
  const picked = { kind: "Pick", policySnapshotName: "web-0", decision } as const;

  it("remembers the state of a binding that is unscheduled", () => {
    const binding = applyBindingChange(makeBinding("a"), { kind: "Unschedule" });
    expect(binding.spec.state).toBe("Unscheduled");
    expect(binding.metadata.annotations).toEqual({ [PREVIOUS_STATE]: "Bound" });
    expect(binding.metadata.generation).toBe(3);
  });

  it("gives the state back to a cluster that is picked again", () => {
    const bound = makeBinding("a");
    const unscheduled = applyBindingChange(bound, { kind: "Unschedule" });
    const again = applyBindingChange(unscheduled, picked);
    expect(again.spec).toEqual(bound.spec);
    expect(again.metadata.annotations).toEqual({});
    expect(again.metadata.generation).toBe(4);
  });

  it("keeps state and resources under a new policy and raises the generation", () => {
    const binding = makeBinding("a", { spec: { resourceSnapshotName: "web-3-snapshot" } });
    const changed = applyBindingChange(binding, { ...picked, policySnapshotName: "web-1" });
    expect(changed.spec).toEqual({ ...binding.spec, schedulingPolicySnapshotName: "web-1" });
    expect(changed.metadata.generation).toBe(3);
  });

  it("returns the same object when nothing changes", () => {
    const binding = makeBinding("a");
    expect(applyBindingChange(binding, picked)).toBe(binding);
  });
});

describe("bindingName", () => {
  it("is the same for the same placement and cluster only", () => {
    const names = [
      bindingName(placement, "a", sha256),
      bindingName({ metadata: { name: "web", uid: "another" } }, "a", sha256),
      bindingName(placement, "b", sha256),
    ];
    expect(bindingName(placement, "a", sha256)).toBe(names[0]);
    expect(new Set(names.map((name) => name.slice(-8))).size).toBe(3);
  });

  it.each([
    { behaviour: "cuts a long cluster name", name: "web", cluster: "c".repeat(63) },
    { behaviour: "cuts a long placement name", name: "p".repeat(200), cluster: "member1" },
    { behaviour: "cuts both evenly", name: "p".repeat(200), cluster: "c".repeat(63) },
  ])("$behaviour to fit into a label", ({ name, cluster }) => {
    const made = bindingName({ metadata: { name, uid: "u" } }, cluster, sha256);
    expect(made).toHaveLength(63);
    expect(made).toContain(name.slice(0, 3));
    expect(made).toContain(`-${cluster.slice(0, 7)}`);
  });
});
