import { describe, expect, it } from "vitest";
import type { KubeObject, ObjectMeta } from "../../src/api/meta.js";
import type { ApplyStrategyOptions } from "../../src/manifests/apply-strategy.js";
import type { Owner } from "../../src/manifests/outcome.js";
import { OWNED_BY_ANNOTATION, ownerMark, parseOwnerMark } from "../../src/manifests/ownership.js";
import { decideTakeOver } from "../../src/manifests/take-over.js";

const owner: Owner = { kind: "ResourcePlacement", namespace: "shop", name: "web", uid: "1" };

function live(metadata: Partial<ObjectMeta>): KubeObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", ...metadata } };
}

const marked = (by: Owner) => ({ annotations: { [OWNED_BY_ANNOTATION]: ownerMark(by) } });
const referenced = {
  ownerReferences: [{ apiVersion: "apps/v1", kind: "Deployment", name: "d", uid: "2" }],
};
const other: Owner = { ...owner, name: "other", uid: "3" };

interface Case {
  readonly behaviour: string;
  readonly found: Partial<ObjectMeta>;
  readonly strategy?: ApplyStrategyOptions;
  readonly decision: object;
}

describe("decideTakeOver", () => {
  it.each<Case>([
    {
      behaviour: "recognises its own object",
      found: marked(owner),
      decision: { kind: "Owned" },
    },
    {
      behaviour: "recognises its own object whatever the strategy",
      found: { ...marked(owner), ...referenced },
      strategy: { whenToTakeOver: "Never" },
      decision: { kind: "Owned" },
    },
    {
      behaviour: "takes over an object without owners by default",
      found: {},
      decision: { kind: "TakeOver", afterComparison: false },
    },
    {
      behaviour: "asks for a comparison with IfNoDiff",
      found: {},
      strategy: { whenToTakeOver: "IfNoDiff" },
      decision: { kind: "TakeOver", afterComparison: true },
    },
    {
      behaviour: "refuses everything with Never",
      found: {},
      strategy: { whenToTakeOver: "Never" },
      decision: {
        kind: "Refused",
        reason: "NotTakenOver",
        message: "no ownership of the object in the member cluster; takeover is needed",
      },
    },
    {
      behaviour: "refuses an object with owner references",
      found: referenced,
      decision: {
        kind: "Refused",
        reason: "FailedToTakeOver",
        message:
          "failed to take over a pre-existing object: the object is already owned by some other sources(s) " +
          "and co-ownership is disallowed (existingOwnerRefs: [apps/v1 Deployment/d])",
      },
    },
    {
      behaviour: "takes over an object with owner references when co-ownership is allowed",
      found: referenced,
      strategy: { allowCoOwnership: true },
      decision: { kind: "TakeOver", afterComparison: false },
    },
    {
      behaviour: "refuses another placement's object even with co-ownership",
      found: marked(other),
      strategy: { allowCoOwnership: true },
      decision: {
        kind: "Refused",
        reason: "FailedToTakeOver",
        message:
          "failed to take over a pre-existing object: the object is already owned by another placement " +
          "(ResourcePlacement/shop/other)",
      },
    },
    {
      behaviour: "inherits from an earlier placement of the same name",
      found: marked({ ...owner, uid: "0" }),
      decision: { kind: "TakeOver", afterComparison: false },
    },
    {
      behaviour: "does not inherit from a namesake in another namespace",
      found: marked({ ...owner, namespace: "lab", uid: "0" }),
      decision: expect.objectContaining({ reason: "FailedToTakeOver" }),
    },
    {
      behaviour: "takes an unreadable mark for none",
      found: { annotations: { [OWNED_BY_ANNOTATION]: "somebody" } },
      decision: { kind: "TakeOver", afterComparison: false },
    },
  ])("$behaviour", ({ found, strategy = {}, decision }) => {
    expect(decideTakeOver(live(found), owner, strategy)).toEqual(decision);
  });
});

describe("ownerMark", () => {
  it.each([
    {
      behaviour: "names a namespaced placement",
      placement: owner,
      mark: "ResourcePlacement/shop/web/1",
    },
    {
      behaviour: "writes a dash for no namespace",
      placement: { kind: "ClusterResourcePlacement", name: "web", uid: "1" } as const,
      mark: "ClusterResourcePlacement/-/web/1",
    },
  ])("$behaviour and is read back", ({ placement, mark }) => {
    expect(ownerMark(placement)).toBe(mark);
    expect(parseOwnerMark(mark)).toEqual(placement);
  });

  it.each(["", "web", "Deployment/a/b/c", "ResourcePlacement/a/b", "ResourcePlacement/a/b/c/d"])(
    "does not read %j",
    (mark) => {
      expect(parseOwnerMark(mark)).toBeUndefined();
    },
  );
});
