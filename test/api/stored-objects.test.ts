import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import type { z } from "zod";
import { ApprovalRequest } from "../../src/api/approval-request.js";
import { KubeObject } from "../../src/api/meta.js";
import { Placement } from "../../src/api/placement.js";
import { ResourceBinding } from "../../src/api/resource-binding.js";
import { ResourceSnapshot } from "../../src/api/resource-snapshot.js";
import { UpdateRun } from "../../src/api/update-run.js";
import { UpdateStrategy } from "../../src/api/update-strategy.js";

const fixture = new URL("../fixtures/api/run-waiting-for-approval.yaml", import.meta.url);
const objects = parseAllDocuments(readFileSync(fixture, "utf8")).map((document) =>
  KubeObject.parse(document.toJS()),
);

describe("objects of a real KubeFleet", () => {
  it.each<{ kind: string; schema: z.ZodType }>([
    { kind: "ResourcePlacement", schema: Placement },
    { kind: "ResourceSnapshot", schema: ResourceSnapshot },
    { kind: "ResourceBinding", schema: ResourceBinding },
    { kind: "StagedUpdateStrategy", schema: UpdateStrategy },
    { kind: "StagedUpdateRun", schema: UpdateRun },
    { kind: "ApprovalRequest", schema: ApprovalRequest },
  ])("$kind is read without losing anything", ({ kind, schema }) => {
    const object = objects.find((candidate) => candidate.kind === kind);
    expect(object).toBeDefined();
    expect(schema.parse(object)).toEqual(object);
  });
});
