import { describe, expect, it } from "vitest";
import { isPushed, keptIndex, markPushed } from "../../src/placement/snapshot-source.js";

const snapshot = (index: number, latest = false) => ({
  metadata: {
    name: `p-${index}-snapshot`,
    labels: {
      "kubernetes-fleet.io/resource-index": String(index),
      "kubernetes-fleet.io/is-latest-snapshot": String(latest),
    },
  },
});

describe("a placement that is fed by requests", () => {
  it("is one that carries the mark", () => {
    const placement = { metadata: { name: "p", annotations: { a: "b" } } };
    expect(isPushed(placement)).toBe(false);
    expect(isPushed(markPushed(placement))).toBe(true);
    expect(markPushed(placement).metadata.annotations).toHaveProperty("a", "b");
  });

  it.each([
    { behaviour: "nothing when it has nothing", snapshots: [], index: undefined },
    {
      behaviour: "what it has as long as nothing was pushed",
      snapshots: [snapshot(0), snapshot(1, true)],
      index: 1,
    },
    {
      behaviour: "what was pushed last",
      snapshots: [markPushed(snapshot(0)), markPushed(snapshot(1, true))],
      index: 1,
    },
    {
      behaviour: "what was pushed, although a selection came after it",
      snapshots: [markPushed(snapshot(0)), snapshot(1, true)],
      index: 0,
    },
  ])("keeps $behaviour", ({ snapshots, index }) => {
    expect(keptIndex(snapshots)).toBe(index);
  });
});
