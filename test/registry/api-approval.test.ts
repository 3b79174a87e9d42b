import { describe, expect, it } from "vitest";
import { apiApproval } from "../../src/registry/api-approval.js";

describe("a kind in one of Kubernetes' own groups", () => {
  it.each([
    ["https://github.com/kubernetes/kubernetes/pull/1", "True", "ApprovedAnnotation"],
    ["unapproved, only for a test", "False", "UnapprovedAnnotation"],
    ["yes", "False", "InvalidAnnotation"],
    ["", "False", "MissingAnnotation"],
  ])("that is said to be approved by %j is %s: %s", (annotation, status, reason) => {
    expect(apiApproval("x.k8s.io", annotation)).toMatchObject({ status, reason });
  });

  it("is the only one that needs an approval", () => {
    expect(apiApproval("example.com", "")).toBeUndefined();
    expect(apiApproval("notk8s.io", "")).toBeUndefined();
  });
});
