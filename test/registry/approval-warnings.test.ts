import { describe, expect, it } from "vitest";
import { approvalWarnings } from "../../src/registry/approval-warnings.js";

const request = (...types: readonly string[]) => ({
  apiVersion: "placement.kubernetes-fleet.io/v1",
  kind: "ClusterApprovalRequest",
  metadata: { name: "run-after-canary" },
  status: { conditions: types.map((type) => ({ type, status: "True" })) },
});

describe("whoever updates an approval request", () => {
  it.each([
    {
      does: "approves without the subresource",
      types: ["Approved"],
      half: "main",
      expected: ["the status was left as it is; to approve, add --subresource=status"],
    },
    {
      does: "mistypes the condition",
      types: ["Approvd"],
      half: "status",
      expected: [
        'nothing follows from the condition "Approvd"; the one that approves is "Approved"',
      ],
    },
    { does: "approves", types: ["Approved"], half: "status", expected: [] },
    { does: "changes something else", types: [], half: "main", expected: [] },
  ] as const)("hears what is needed: $does", ({ types, half, expected }) => {
    expect(approvalWarnings(request(...types), request(), half)).toEqual(expected);
  });
});
