import { describe, expect, it } from "vitest";
import { validationCauses } from "../../src/registry/run-validation.js";

const annotated = (validation?: string) => ({
  apiVersion: "placement.kubernetes-fleet.io/v1",
  kind: "ClusterStagedUpdateRun",
  metadata: {
    name: "example-run",
    ...(validation !== undefined && { annotations: { "stagecoach.dev/validation": validation } }),
  },
});

describe("the annotation stagecoach.dev/validation", () => {
  it.each([undefined, "Strict", "Frozen"])("may be %s", (validation) => {
    expect(validationCauses(annotated(validation))).toEqual([]);
  });

  it.each(["strict", "", "Lenient"])("is refused when it is %j", (validation) => {
    expect(validationCauses(annotated(validation))).toEqual([
      {
        reason: "FieldValueNotSupported",
        field: "metadata.annotations[stagecoach.dev/validation]",
        message: `Unsupported value: ${JSON.stringify(validation)}: supported values: "Frozen", "Strict"`,
      },
    ]);
  });
});
