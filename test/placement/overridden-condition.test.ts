import { describe, expect, it } from "vitest";
import type { ApplyReport } from "../../src/manifests/outcome.js";
import { bindingStatus } from "../../src/placement/binding-status.js";
import { enveloped } from "../../src/placement/enveloped-report.js";
import { notOverriddenStatus, overridden } from "../../src/placement/overridden-condition.js";
import { makeBinding } from "./fixtures.js";

const NOW = new Date("2026-11-21T09:30:00Z");
const NAMES = { clusterResourceOverrideSnapshots: ["labels-0"] };

describe("the condition Overridden of a binding", () => {
  it.each([
    {
      behaviour: "says that there was nothing to do",
      spec: {},
      reason: "NoOverrideSpecified",
      message: "No override rules are configured for the selected resources",
    },
    {
      behaviour: "says that there is nothing to do for empty lists as well",
      spec: { clusterResourceOverrideSnapshots: [], resourceOverrideSnapshots: [] },
      reason: "NoOverrideSpecified",
      message: "No override rules are configured for the selected resources",
    },
    {
      behaviour: "says that they are carried out",
      spec: NAMES,
      reason: "OverriddenSucceeded",
      message: "Successfully applied the override rules on the resources",
    },
  ])("$behaviour", ({ spec, reason, message }) => {
    const expected = { type: "Overridden", status: "True", reason, message };
    expect(overridden(makeBinding("a", { spec }))).toEqual(expected);
  });

  it("is the last that is told when they cannot be carried out", () => {
    const works = { RolloutStarted: "True", Overridden: "True", Applied: "True" } as const;
    const binding = makeBinding("a", { spec: NAMES, steps: works });
    const { conditions } = notOverriddenStatus({ binding, message: "ConfigMap/x: why", now: NOW });
    expect(conditions?.map(({ type, status }) => `${type}=${status}`)).toEqual([
      "RolloutStarted=True",
      "Overridden=False",
    ]);
    expect(conditions?.at(-1)).toMatchObject({
      reason: "OverriddenFailed",
      message: "Failed to apply the override rules on the resources: ConfigMap/x: why",
      lastTransitionTime: "2026-11-21T09:30:00Z",
    });
  });
});

describe("a report of objects that came in an envelope", () => {
  const inside = { version: "v1", kind: "ConfigMap", name: "inside", namespace: "team" };
  const outside = { ...inside, name: "outside" };
  const envelope = { name: "wrapped", namespace: "team", type: "ResourceEnvelope" };
  const failure = (identifier: typeof inside) =>
    ({
      applied: false,
      identifier,
      reason: "ManifestApplyFailed",
      message: "refused",
      retryable: false,
    }) as const;
  const report: ApplyReport = {
    outcomes: [failure(inside), failure(outside)],
    inventory: [inside, outside],
    pruned: [],
    pruneFailures: [],
    diffs: [{ kind: "Diff", identifier: inside, details: [] }],
  };
  const envelopes = new Map([["/ConfigMap/team/inside", envelope]]);

  it("names it with every object, and in the inventory", () => {
    const { outcomes, inventory, diffs } = enveloped(report, envelopes);
    expect(outcomes.map(({ identifier }) => identifier.envelope)).toEqual([envelope, undefined]);
    expect(inventory).toEqual([{ ...inside, envelope }, outside]);
    expect(diffs?.map(({ identifier }) => identifier.envelope)).toEqual([envelope]);
  });

  it("tells it in the failed placements", () => {
    const { failedPlacements } = bindingStatus({
      binding: makeBinding("a", { steps: { RolloutStarted: "True" } }),
      placementName: "web",
      report: enveloped(report, envelopes),
      now: NOW,
    });
    expect(failedPlacements?.map((failed) => failed.envelope)).toEqual([envelope, undefined]);
  });
});
