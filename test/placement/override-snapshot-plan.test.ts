import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../src/api/meta.js";
import { planOverrideSnapshot } from "../../src/placement/override-snapshot-plan.js";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const LATEST = "kubernetes-fleet.io/is-latest-snapshot";

const override = (value: string): KubeObject => ({
  apiVersion: "placement.kubernetes-fleet.io/v1",
  kind: "ResourceOverride",
  metadata: { name: "o", namespace: "team", uid: "u" },
  spec: { value },
});

/** The snapshots that result when an override has these values one after the other. */
function history(values: readonly string[]): readonly KubeObject[] {
  let existing: readonly KubeObject[] = [];
  for (const value of values) {
    const plan = planOverrideSnapshot(override(value), existing, sha256);
    const demoted = existing.map((object) =>
      plan.demote.includes(object.metadata.name) ? relabelled(object, "false") : object,
    );
    existing = [...demoted, ...(plan.create ? [plan.create] : [])].filter(
      ({ metadata }) => !plan.surplus.includes(metadata.name),
    );
  }
  return existing;
}

function relabelled(object: KubeObject, latest: string): KubeObject {
  const labels = { ...object.metadata.labels, [LATEST]: latest };
  return { ...object, metadata: { ...object.metadata, labels } };
}

describe("the snapshots of an override", () => {
  it("begin at index 0, with the names and labels of KubeFleet", () => {
    expect(planOverrideSnapshot(override("a"), [], sha256).create).toEqual({
      apiVersion: "placement.kubernetes-fleet.io/v1",
      kind: "ResourceOverrideSnapshot",
      metadata: {
        name: "o-0",
        namespace: "team",
        labels: {
          "kubernetes-fleet.io/parent-resource-override": "o",
          "kubernetes-fleet.io/is-latest-snapshot": "true",
          "kubernetes-fleet.io/override-index": "0",
        },
        ownerReferences: [
          {
            apiVersion: "placement.kubernetes-fleet.io/v1beta1",
            blockOwnerDeletion: true,
            controller: true,
            kind: "ResourceOverride",
            name: "o",
            uid: "u",
          },
        ],
      },
      spec: { overrideSpec: { value: "a" }, overrideHash: btoa(sha256('{"value":"a"}')) },
    });
  });

  it("stay as they are when the override is", () => {
    expect(planOverrideSnapshot(override("a"), history(["a"]), sha256)).toMatchObject({
      latest: "o-0",
      create: undefined,
      promote: [],
      demote: [],
    });
  });

  it("get a new index also for a content that was there before", () => {
    const plan = planOverrideSnapshot(override("a"), history(["a", "b"]), sha256);
    expect(plan).toMatchObject({ latest: "o-2", demote: ["o-1"] });
  });

  it("have one that is the latest again when a crash left none, or two", () => {
    const [first, second] = history(["a", "b"]);
    if (!first || !second) throw new Error("two snapshots were made");
    const none = [relabelled(first, "false"), relabelled(second, "false")];
    expect(planOverrideSnapshot(override("b"), none, sha256)).toMatchObject({ promote: ["o-1"] });
    const both = [relabelled(first, "true"), second];
    expect(planOverrideSnapshot(override("b"), both, sha256)).toMatchObject({ demote: ["o-0"] });
  });

  it("are kept ten at a time", () => {
    const values = Array.from({ length: 12 }, (_, index) => String(index));
    expect(history(values).map(({ metadata }) => metadata.name)).toEqual(
      Array.from({ length: 10 }, (_, index) => `o-${index + 2}`),
    );
  });
});
