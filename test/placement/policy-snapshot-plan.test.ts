import { describe, expect, it } from "vitest";
import type { Placement, PlacementPolicy } from "../../src/api/placement.js";
import type { PolicySnapshot } from "../../src/api/policy-snapshot.js";
import {
  planPolicySnapshot,
  policySnapshotStatus,
} from "../../src/placement/policy-snapshot-plan.js";
import { makePlacement, NOW, sha256 } from "./fixtures.js";

const PICK_ALL: PlacementPolicy = { placementType: "PickAll" };
const pickN = (numberOfClusters: number): PlacementPolicy => ({
  placementType: "PickN",
  numberOfClusters,
});

function plan(
  policy: PlacementPolicy | undefined,
  existing: readonly PolicySnapshot[] = [],
  placement: Partial<Placement> = {},
) {
  const spec = { ...(policy && { policy }), revisionHistoryLimit: 2 };
  return planPolicySnapshot({
    placement: { ...makePlacement(spec), ...placement },
    existing,
    sha256,
  });
}

/** The snapshot of a policy after the next one has taken the label from it. */
function demoted(snapshot: PolicySnapshot): PolicySnapshot {
  const labels = { ...snapshot.metadata.labels, "kubernetes-fleet.io/is-latest-snapshot": "false" };
  return { ...snapshot, metadata: { ...snapshot.metadata, labels } };
}

describe("planPolicySnapshot", () => {
  it("makes the first snapshot of a policy", () => {
    const { latest, create } = plan(PICK_ALL);
    expect(create).toBe(true);
    expect(latest).toEqual({
      apiVersion: "placement.kubernetes-fleet.io/v1",
      kind: "ClusterSchedulingPolicySnapshot",
      metadata: {
        name: "web-0",
        labels: {
          "kubernetes-fleet.io/is-latest-snapshot": "true",
          "kubernetes-fleet.io/parent-CRP": "web",
          "kubernetes-fleet.io/policy-index": "0",
        },
        annotations: { "kubernetes-fleet.io/CRP-generation": "1" },
        ownerReferences: [
          {
            apiVersion: "placement.kubernetes-fleet.io/v1beta1",
            blockOwnerDeletion: true,
            controller: true,
            kind: "ClusterResourcePlacement",
            name: "web",
            uid: "web-uid",
          },
        ],
      },
      spec: {
        policy: PICK_ALL,
        policyHash: btoa(sha256('{"placementType":"PickAll"}')),
      },
    });
  });

  it("makes a snapshot of no policy", () => {
    expect(plan(undefined).latest.spec).toEqual({ policyHash: btoa(sha256("null")) });
  });

  it("keeps the snapshot while the policy stays and notes the generation", () => {
    const { latest } = plan(PICK_ALL);
    const { metadata } = makePlacement();
    const next = plan(PICK_ALL, [latest], { metadata: { ...metadata, generation: 4 } });
    expect(next.create).toBe(false);
    expect(next.latest.metadata.name).toBe("web-0");
    expect(next.latest.metadata.annotations?.["kubernetes-fleet.io/CRP-generation"]).toBe("4");
  });

  it("keeps the snapshot when only the number of clusters changes", () => {
    const { latest } = plan(pickN(2));
    const next = plan(pickN(3), [latest]);
    expect(next.create).toBe(false);
    expect(next.latest.metadata.annotations?.["kubernetes-fleet.io/number-of-clusters"]).toBe("3");
    expect(next.latest.spec.policy?.numberOfClusters).toBe(2);
  });

  it("makes another snapshot for another policy and demotes the one before", () => {
    const { latest } = plan({ placementType: "PickFixed", clusterNames: ["a"] });
    const next = plan({ placementType: "PickFixed", clusterNames: ["a", "b"] }, [latest]);
    expect(next.create).toBe(true);
    expect(next.latest.metadata.name).toBe("web-1");
    expect(next.demote).toEqual(["web-0"]);
    expect(next.remove).toEqual([]);
  });

  it("removes the oldest beyond the history limit", () => {
    const first = plan(pickN(1)).latest;
    const second = plan(PICK_ALL, [first]).latest;
    const next = plan(undefined, [demoted(first), second]);
    expect(next.latest.metadata.name).toBe("web-2");
    expect(next.remove).toEqual(["web-0"]);
  });

  it("puts the label back that a crash left nobody with", () => {
    const { latest } = plan(PICK_ALL);
    const repaired = plan(PICK_ALL, [demoted(latest)]);
    expect(repaired.latest).toEqual(latest);
  });
});

describe("policySnapshotStatus", () => {
  const decision = { clusterName: "a", selected: true, reason: "picked" };
  const condition = {
    status: "True",
    reason: "SchedulingPolicyFulfilled",
    message: "all",
  } as const;

  it("records decisions, condition and the generation they are for", () => {
    const { latest: snapshot } = plan(PICK_ALL);
    const schedule = { decisions: [decision], condition };
    expect(policySnapshotStatus({ snapshot, schedule, placementGeneration: 3, now: NOW })).toEqual({
      observedCRPGeneration: 3,
      conditions: [
        { ...condition, type: "Scheduled", observedGeneration: 1, lastTransitionTime: NOW },
      ],
      targetClusters: [decision],
    });
  });

  it("records the first thousand decisions", () => {
    const { latest: snapshot } = plan(PICK_ALL);
    const schedule = { decisions: Array.from({ length: 1200 }, () => decision) };
    const status = policySnapshotStatus({ snapshot, schedule, placementGeneration: 1, now: NOW });
    expect(status.targetClusters).toHaveLength(1000);
    expect(status.conditions).toBeUndefined();
  });
});
