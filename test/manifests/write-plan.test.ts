import { describe, expect, it } from "vitest";
import type { KubeObject, ManagedFieldsEntry } from "../../src/api/meta.js";
import { isManagedByUsAlone, upgradedManagers } from "../../src/manifests/field-managers.js";
import { LAST_APPLIED_ANNOTATION, lastApplied } from "../../src/manifests/last-applied.js";
import { planWrite, type WritePlan, type WritePlanInput } from "../../src/manifests/write-plan.js";

const annotated = (text: string | undefined) => ({
  ...(text !== undefined && { annotations: { [LAST_APPLIED_ANNOTATION]: text } }),
});

function object(data: object, metadata: object = annotated("{}")): KubeObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", ...metadata }, data };
}

const managed = (manager: string, operation = "Update", subresource?: string) => ({
  manager,
  operation,
  apiVersion: "v1",
  fieldsV1: { "f:data": { [`f:${operation}`]: {} } },
  ...(subresource && { subresource }),
});

const by = (...managedFields: readonly ManagedFieldsEntry[]) => ({ managedFields });

interface Case extends Partial<WritePlanInput> {
  readonly behaviour: string;
  readonly plan: WritePlan;
}

const desired = object({ key: "new" });
const wanted: WritePlanInput = {
  desired,
  live: undefined,
  strategy: {},
  schema: {},
  builtIn: true,
};
const forced = { type: "ServerSideApply", serverSideApplyConfig: { force: true } } as const;
const changed = { patch: { data: { key: "new" } } };

describe("planWrite", () => {
  it.each<Case>([
    { behaviour: "creates what is missing", plan: { kind: "Create" } },
    {
      behaviour: "patches what differs strategically",
      live: object({ key: "old" }),
      plan: { kind: "Patch", ...changed, strategic: true },
    },
    {
      behaviour: "patches custom resources with a merge patch",
      live: object({ key: "old" }),
      schema: undefined,
      builtIn: false,
      plan: { kind: "Patch", ...changed, strategic: false },
    },
    {
      behaviour: "does nothing to an object that is as it should be",
      live: object({ key: "new", theirs: "x" }),
      plan: { kind: "Nothing" },
    },
    {
      behaviour: "leaves a built-in kind without known merge keys to the server",
      schema: undefined,
      plan: { kind: "ServerSideApply", force: true },
    },
    {
      behaviour: "does not force conflicts for a manifest that is too large to be kept",
      desired: object({ key: "new" }, annotated("")),
      live: object({ key: "old" }, by(managed("someone"))),
      plan: { kind: "ServerSideApply", force: false },
    },
    {
      behaviour: "forces those with itself",
      desired: object({ key: "new" }, annotated("")),
      live: object({ key: "old" }, by(managed("stagecoach"))),
      plan: { kind: "ServerSideApply", force: true },
    },
    {
      behaviour: "leaves an object that it has server-side applied before to the server",
      live: object({ key: "old" }, by(managed("stagecoach", "Apply"))),
      plan: { kind: "ServerSideApply", force: true },
    },
    {
      behaviour: "patches it once it knows what was applied last",
      live: object({ key: "old" }, { ...annotated("{}"), ...by(managed("stagecoach", "Apply")) }),
      plan: { kind: "Patch", ...changed, strategic: true },
    },
    {
      behaviour: "does not force conflicts of server-side apply",
      strategy: { type: "ServerSideApply" },
      live: object({}, by(managed("someone"), managed("stagecoach"))),
      plan: { kind: "ServerSideApply", force: false },
    },
    {
      behaviour: "forces them when asked to",
      strategy: forced,
      live: object({}, by(managed("someone"))),
      plan: { kind: "ServerSideApply", force: true },
    },
    {
      behaviour: "forces them without having looked when asked to",
      strategy: forced,
      plan: { kind: "ServerSideApply", force: true },
    },
  ])("$behaviour", ({ behaviour: _, plan, ...given }) => {
    expect(planWrite({ ...wanted, ...given })).toEqual(plan);
  });
});

describe("isManagedByUsAlone", () => {
  it.each([
    { of: "nobody", managers: [], alone: true },
    { of: "us", managers: [managed("stagecoach"), managed("stagecoach", "Apply")], alone: true },
    { of: "nobody before us", managers: [managed("before-first-apply")], alone: true },
    {
      of: "us, with a controller's status",
      managers: [managed("stagecoach"), managed("kube-controller-manager", "Update", "status")],
      alone: true,
    },
    { of: "us and others", managers: [managed("stagecoach"), managed("kubectl")], alone: false },
  ])("is $alone for an object of $of", ({ managers, alone }) => {
    expect(isManagedByUsAlone(object({}, by(...managers)))).toBe(alone);
  });
});

describe("upgradedManagers", () => {
  const foreign = managed("kubectl");
  const status = managed("stagecoach", "Update", "status");
  const upgraded = (...managers: readonly ManagedFieldsEntry[]) =>
    upgradedManagers(object({}, by(...managers)));

  it("counts what we have patched as applied, together with what we have applied", () => {
    const managers = [foreign, managed("stagecoach"), managed("stagecoach", "Apply"), status];

    expect(upgraded(...managers)).toEqual([
      foreign,
      status,
      {
        ...managed("stagecoach", "Apply"),
        fieldsV1: { "f:data": { "f:Apply": {}, "f:Update": {} } },
      },
    ]);
  });

  it.each([
    { of: "others", managers: [foreign] },
    { of: "what we have applied", managers: [managed("stagecoach", "Apply")] },
    { of: "status", managers: [status] },
    {
      of: "another version of the kind",
      managers: [{ ...managed("stagecoach"), apiVersion: "v2" }],
    },
  ])("has nothing to move of $of", ({ managers }) => {
    expect(upgraded(...managers)).toBeUndefined();
  });
});

describe("lastApplied", () => {
  it.each([
    { annotation: undefined, manifest: undefined },
    { annotation: "", manifest: undefined },
    { annotation: "no JSON", manifest: undefined },
    { annotation: "[]", manifest: undefined },
    { annotation: '{"data":{}}', manifest: { data: {} } },
    {
      annotation: '{"metadata":{"name":"a","namespace":"b","labels":{}}}',
      manifest: { metadata: { labels: {} } },
    },
  ])("reads $annotation", ({ annotation, manifest }) => {
    expect(lastApplied(object({}, annotated(annotation)))).toEqual(manifest);
  });
});
