import { describe, expect, it } from "vitest";
import { listedEntries, notListed } from "../../src/placement/listed-clusters.js";

interface Entry {
  readonly name: string;
  readonly failed: boolean;
  readonly text: string;
}

const entry = (index: number, length: number, failed = false): Entry => ({
  name: `member${index}`,
  failed,
  text: "x".repeat(length),
});
const failed = (one: Entry) => one.failed;

describe("listedEntries", () => {
  it("lists all of a fleet that fits into an object", () => {
    const entries = Array.from({ length: 1000 }, (_, index) => entry(index, 500));
    expect(listedEntries(entries, failed).size).toBe(1000);
  });

  it("lists as many as fit, from the beginning", () => {
    const entries = Array.from({ length: 10_000 }, (_, index) => entry(index, 500));
    const chosen = listedEntries(entries, failed);
    const listed = entries.filter((one) => chosen.has(one));
    expect(listed.length).toBeGreaterThan(1500);
    expect(listed.length).toBeLessThan(2000);
    expect(listed).toEqual(entries.slice(0, listed.length));
    expect(JSON.stringify(listed).length).toBeLessThan(1_100_000);
  });

  it("lists those that need attention, wherever they stand", () => {
    const entries = Array.from({ length: 10_000 }, (_, index) => entry(index, 500, index >= 9_990));
    const listed = listedEntries(entries, failed);
    expect(entries.slice(9_990).every((one) => listed.has(one))).toBe(true);
  });
});

describe("notListed", () => {
  it.each([
    { namespace: undefined, command: "kubectl get clusterresourcebindings -l" },
    { namespace: "team", command: "kubectl get resourcebindings -n team -l" },
  ])("says where all of them are: $command", ({ namespace, command }) => {
    const condition = notListed(
      { listed: 1800, total: 10_000 },
      { placement: { metadata: { name: "web", ...(namespace && { namespace }) } }, generation: 3 },
    );
    expect(condition).toMatchObject({
      type: "ClustersListed",
      status: "False",
      reason: "TooManyClusters",
      observedGeneration: 3,
    });
    expect(condition.message).toContain("1800 of 10000 clusters are listed");
    expect(condition.message).toContain(`${command} kubernetes-fleet.io/parent-CRP=web`);
  });
});
