import { describe, expect, it } from "vitest";
import { annotationCauses } from "../../src/registry/annotation-causes.js";

const ANNOTATION = "stagecoach.dev/validation";
const VALUES = ["Frozen", "Strict"];

const annotated = (value?: string) => ({
  apiVersion: "placement.kubernetes-fleet.io/v1",
  kind: "ClusterStagedUpdateRun",
  metadata: {
    name: "example-run",
    ...(value !== undefined && { annotations: { [ANNOTATION]: value } }),
  },
});

describe("an annotation with a few values", () => {
  it.each([undefined, "Strict", "Frozen"])("may be %s", (value) => {
    expect(annotationCauses(annotated(value), ANNOTATION, VALUES)).toEqual([]);
  });

  it.each(["strict", "", "Lenient"])("is refused when it is %j", (value) => {
    expect(annotationCauses(annotated(value), ANNOTATION, VALUES)).toEqual([
      {
        reason: "FieldValueNotSupported",
        field: "metadata.annotations[stagecoach.dev/validation]",
        message: `Unsupported value: ${JSON.stringify(value)}: supported values: "Frozen", "Strict"`,
      },
    ]);
  });
});
