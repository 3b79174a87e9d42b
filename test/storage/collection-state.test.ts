import { beforeEach, describe, expect, it } from "vitest";
import { CollectionState, type SeenObject } from "../../src/storage/collection-state.js";

const MOMENT = "99999";

function seen(name: string, version: string, options: Partial<SeenObject> & { uid?: string } = {}) {
  const { uid = `uid-of-${name}`, deleted = false } = options;
  const metadata = { name, uid, resourceVersion: version };
  return {
    key: `p\n${name}`,
    version,
    deleted,
    object: { apiVersion: "v1", kind: "ConfigMap", metadata },
  };
}

describe("collection state", () => {
  let state: CollectionState;

  const absorb = (changed: readonly SeenObject[], began = state.beginScan()) =>
    state.absorb({ began, changed, moment: MOMENT });
  const absorbAll = (all: readonly SeenObject[], began = state.beginScan()) => {
    const present = new Set(all.map(({ key }) => key));
    return state.absorb({ began, changed: all, present, moment: MOMENT });
  };
  const told = (events: ReturnType<CollectionState["absorb"]>) =>
    events.map(({ type, object }) => {
      return `${type} ${object.metadata.name} at ${object.metadata.resourceVersion}`;
    });

  beforeEach(() => {
    state = new CollectionState();
    absorbAll([seen("known", "10")]);
  });

  it("takes the first scan for the beginning, not for changes", () => {
    expect(
      new CollectionState().absorb({ began: 0, changed: [seen("a", "1")], moment: MOMENT }),
    ).toEqual([]);
  });

  it.each([
    {
      behaviour: "tells of an object that was not there",
      scan: [seen("new", "20")],
      events: ["Added new at 20"],
    },
    {
      behaviour: "tells of another version of an object",
      scan: [seen("known", "20")],
      events: ["Modified known at 20"],
    },
    { behaviour: "does not repeat what is known", scan: [seen("known", "10")], events: [] },
    {
      behaviour: "tells of a deletion at the deletion's version",
      scan: [seen("known", "20", { deleted: true })],
      events: ["Deleted known at 20"],
    },
    {
      behaviour: "does not tell of the deletion of what it never saw",
      scan: [seen("unseen", "20", { deleted: true })],
      events: [],
    },
    {
      behaviour: "tells of a deletion when the name belongs to another object now",
      scan: [seen("known", "20", { uid: "another" })],
      events: ["Deleted known at 20", "Added known at 20"],
    },
    {
      behaviour: "tells of changes in the order of their times",
      scan: [seen("b", "30"), seen("a", "20")],
      events: ["Added a at 20", "Added b at 30"],
    },
  ])("$behaviour", ({ scan, events }) => {
    expect(told(absorb(scan))).toEqual(events);
  });

  it("takes what a scan of all rows lacks for deleted", () => {
    expect(told(absorbAll([]))).toEqual([`Deleted known at ${MOMENT}`]);
  });

  it("does not take what a scan of recent rows lacks for deleted", () => {
    expect(absorb([])).toEqual([]);
  });

  it("forgets in silence what was left of a deleted object", () => {
    absorb([seen("known", "20", { deleted: true })]);
    expect(absorbAll([])).toEqual([]);
    expect(state.sorted()).toEqual([]);
  });

  describe("with writes of its own", () => {
    it("tells of a write once, also when a scan saw it first", () => {
      expect(told(absorb([seen("known", "20")]))).toEqual(["Modified known at 20"]);
      expect(state.apply(seen("known", "20"), "10")).toEqual([]);
    });

    it("keeps a write that a scan begun before it did not see", () => {
      const began = state.beginScan();
      expect(told(state.apply(seen("known", "20"), "10") ?? [])).toEqual(["Modified known at 20"]);
      expect(absorb([seen("known", "10")], began)).toEqual([]);
      expect(state.knows("p\nknown", "20")).toBe(true);
    });

    it("keeps a created object that a scan begun before it did not see", () => {
      const began = state.beginScan();
      state.apply(seen("new", "20"), undefined);
      expect(absorbAll([seen("known", "10")], began)).toEqual([]);
      expect(state.knows("p\nnew", "20")).toBe(true);
    });

    it("does not bring back a deleted object that an earlier scan still saw", () => {
      const began = state.beginScan();
      state.apply(seen("known", "20", { deleted: true }), "10");
      expect(absorbAll([seen("known", "10")], began)).toEqual([]);
    });

    it("follows a write even when its time is before the version it replaced", () => {
      expect(told(state.apply(seen("known", "09"), "10") ?? [])).toEqual(["Modified known at 09"]);
    });

    it("leaves a write to the next scan when it replaced a version never seen", () => {
      expect(state.apply(seen("known", "30"), "20")).toBeUndefined();
      expect(told(absorb([seen("known", "30")]))).toEqual(["Modified known at 30"]);
    });

    it("tells of a late scan's newer version after a write", () => {
      state.apply(seen("known", "20"), "10");
      expect(told(absorb([seen("known", "30")]))).toEqual(["Modified known at 30"]);
    });
  });
});
