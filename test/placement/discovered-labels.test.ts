import { describe, expect, it } from "vitest";
import { discoveredLabels } from "../../src/placement/discovered-labels.js";
import { makeCluster } from "./discovery-fixtures.js";

const FACTS = {
  "fleet.azure.com/location": "westeurope",
  "fleet.azure.com/resource-group": "apps",
  "fleet.azure.com/subscription-id": "0b1f6471-1bf0-4dda-aec3-111122223333",
  "fleet.azure.com/cluster-name": "east",
  "fleet.azure.com/member-name": "member",
};

const labelsWith = (tags: Record<string, string>) =>
  discoveredLabels(makeCluster("east", { tags }), "member");

describe("the labels of a discovered cluster", () => {
  it("say where it is, as Azure Kubernetes Fleet Manager's do", () => {
    expect(labelsWith({})).toEqual({ labels: FACTS, leftOut: [] });
  });

  it.each([
    { why: "a tag as it is", tags: { environment: "Prod" }, labels: { environment: "Prod" } },
    { why: "a name in lower case", tags: { Environment: "a" }, labels: { environment: "a" } },
    {
      why: "a colon for the slash",
      tags: { "example.com:tier": "1" },
      labels: { "example.com/tier": "1" },
    },
    { why: "an empty value", tags: { canary: "" }, labels: { canary: "" } },
    {
      why: "63 characters",
      tags: { note: "x".repeat(63) },
      labels: { note: "x".repeat(63) },
    },
  ])("take $why", ({ tags, labels }) => {
    expect(labelsWith(tags)).toEqual({ labels: { ...FACTS, ...labels }, leftOut: [] });
  });

  it.each([
    {
      tags: { "cost center": "1" },
      says: 'tag "cost center": its name cannot be the key of a label',
    },
    {
      tags: { "a:b:c": "1" },
      says: 'tag "a:b:c": its name cannot be the key of a label',
    },
    {
      tags: { note: "x".repeat(256) },
      says: 'tag "note": its value has 256 characters, a label\'s at most 63',
    },
    {
      tags: { owner: "team@example.com" },
      says: "tag \"owner\": its value holds what a label's cannot: only letters, digits, '-', '_' and '.' may, and the first and last be letters or digits",
    },
    {
      tags: { "fleet.azure.com:location": "moon" },
      says: 'tag "fleet.azure.com:location": the label is taken',
    },
  ])("tell what is left out: $says", ({ tags, says }) => {
    expect(labelsWith(tags)).toEqual({ labels: FACTS, leftOut: [says] });
  });

  it("tell a resource group that is no label's value", () => {
    const { labels, leftOut } = discoveredLabels(
      makeCluster("east", { resourceGroup: "apps(old)" }),
      "member",
    );
    expect(labels).not.toHaveProperty(["fleet.azure.com/resource-group"]);
    expect(leftOut.join()).toMatch(/^resource-group: its value holds/);
  });
});
