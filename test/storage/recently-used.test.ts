import { describe, expect, it } from "vitest";
import { RecentlyUsed } from "../../src/storage/recently-used.js";

describe("recently used", () => {
  it("forgets what was not used for longest when it is full", () => {
    const cache = new RecentlyUsed<string>(10);
    cache.set("a", "A", 4);
    cache.set("b", "B", 4);
    cache.get("a");
    cache.set("c", "C", 4);

    expect([cache.get("a"), cache.get("b"), cache.get("c")]).toEqual(["A", undefined, "C"]);
  });

  it("counts a key once when it is set again", () => {
    const cache = new RecentlyUsed<string>(10);
    for (let round = 0; round < 5; round += 1) cache.set("a", "A", 6);
    cache.set("b", "B", 4);

    expect([cache.get("a"), cache.get("b")]).toEqual(["A", "B"]);
  });

  it("does not keep what is larger than itself", () => {
    const cache = new RecentlyUsed<string>(10);
    cache.set("a", "A", 4);
    cache.set("huge", "H", 11);

    expect([cache.get("a"), cache.get("huge")]).toEqual(["A", undefined]);
  });
});
