import { describe, expect, it } from "vitest";
import {
  approvalRequestName,
  policySnapshotName,
  snapshotName,
  subSnapshotName,
} from "../../src/api/names.js";

describe("object names", () => {
  it.each([
    {
      behaviour: "a snapshot carries its placement and index",
      name: snapshotName("example-placement", 1),
      expected: "example-placement-1-snapshot",
    },
    {
      behaviour: "a further part of a snapshot carries its subindex",
      name: subSnapshotName("example-placement", "1", 0),
      expected: "example-placement-1-0",
    },
    {
      behaviour: "a policy snapshot carries its placement and index",
      name: policySnapshotName("example-placement", 0),
      expected: "example-placement-0",
    },
    {
      behaviour: "an approval before a stage says so between run and stage",
      name: approvalRequestName("example-run", "before", "canary"),
      expected: "example-run-before-canary",
    },
    {
      behaviour: "an approval after a stage says so between run and stage",
      name: approvalRequestName("example-run", "after", "canary"),
      expected: "example-run-after-canary",
    },
  ])("$behaviour", ({ name, expected }) => {
    expect(name).toBe(expected);
  });
});
