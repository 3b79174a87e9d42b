import { describe, expect, it } from "vitest";
import { hubKinds, memberKinds, placementKinds } from "../../src/registry/kinds.js";

const hub = hubKinds({ defaultRunState: "Run" });
const columnsOf = (name: string) =>
  hub
    .find(({ kind }) => kind === name)
    ?.columns.map(({ name: column, priority }) => (priority === 0 ? column : `${column} (wide)`));

describe("hubKinds", () => {
  it("names every resource once", () => {
    const names = hub.map(({ group, plural }) => `${plural}.${group}`);
    expect(new Set(names).size).toBe(names.length);
  });

  it("gives every kind a schema with metadata", () => {
    for (const { kind, schema } of hub) {
      expect(schema.properties?.metadata, kind).toBeDefined();
    }
  });

  it("describes every field of its own kinds for kubectl explain", () => {
    for (const { kind, builtin, schema } of hub) {
      if (builtin) continue;
      for (const [field, property] of Object.entries(schema.properties?.spec?.properties ?? {})) {
        expect(property.description, `${kind}.spec.${field}`).toBeTruthy();
      }
    }
  });

  it.each([
    ["ClusterResourcePlacement", "ResourcePlacement"],
    ["ClusterResourceSnapshot", "ResourceSnapshot"],
    ["ClusterSchedulingPolicySnapshot", "SchedulingPolicySnapshot"],
    ["ClusterResourceBinding", "ResourceBinding"],
    ["ClusterStagedUpdateStrategy", "StagedUpdateStrategy"],
    ["ClusterStagedUpdateRun", "StagedUpdateRun"],
    ["ClusterApprovalRequest", "ApprovalRequest"],
    ["ClusterResourceOverride", "ResourceOverride"],
    ["ClusterResourceOverrideSnapshot", "ResourceOverrideSnapshot"],
    ["ClusterResourceEnvelope", "ResourceEnvelope"],
  ])("serves %s and its namespaced twin %s alike", (cluster, namespaced) => {
    const both = [cluster, namespaced].map((name) => hub.find(({ kind }) => kind === name));
    expect(both.map((kind) => kind?.namespaced)).toEqual([false, true]);
    expect(columnsOf(namespaced)).toEqual(columnsOf(cluster));
    expect(both[1]?.actions?.map(({ name }) => name)).toEqual(
      both[0]?.actions?.map(({ name }) => name),
    );
    expect(both[1]?.subresources).toEqual(both[0]?.subresources);
  });

  it("prefers v1 for the placement kinds and serves v1beta1 as well", () => {
    const versions = hub.filter(({ builtin }) => !builtin).map((kind) => kind.versions);
    expect(new Set(versions.map(String))).toEqual(new Set(["v1,v1beta1", "v1,v1beta1,v1alpha1"]));
  });

  it.each([
    {
      behaviour: "runs print the index used, the policy and three conditions",
      kind: "ClusterStagedUpdateRun",
      columns: [
        "Placement",
        "Resource-Snapshot-Index",
        "Policy-Snapshot-Index",
        "Initialized",
        "Progressing",
        "Succeeded",
        "Age",
        "Strategy (wide)",
        "Progress (wide)",
        "Waiting-For (wide)",
      ],
    },
    {
      behaviour: "approvals print whether they are approved and accepted",
      kind: "ClusterApprovalRequest",
      columns: [
        "Update-Run",
        "Stage",
        "Approved",
        "ApprovalAccepted",
        "Age",
        "Clusters-Done (wide)",
        "Snapshot (wide)",
        "Changes (wide)",
        "Not-Available (wide)",
        "Decided-By (wide)",
      ],
    },
    {
      behaviour: "placements print what is scheduled and available, and of which generation",
      kind: "ClusterResourcePlacement",
      columns: [
        "Gen",
        "Type (wide)",
        "Scheduled",
        "Scheduled-Gen",
        "Work-Synchronized (wide)",
        "Work-Synchronized-Gen (wide)",
        "Available",
        "Available-Gen",
        "Age",
      ],
    },
    {
      behaviour: "copies of a placement's status print what they are about and how old they are",
      kind: "ClusterResourcePlacementStatus",
      columns: ["Resource-Index", "Last-Updated", "Age"],
    },
    {
      behaviour: "snapshots print their generation",
      kind: "ClusterResourceSnapshot",
      columns: ["Gen", "Age"],
    },
    {
      behaviour: "strategies print their age only",
      kind: "ClusterStagedUpdateStrategy",
      columns: ["Age"],
    },
    {
      behaviour: "deployments print their replicas",
      kind: "Deployment",
      columns: [
        "Ready",
        "Up-to-date",
        "Available",
        "Age",
        "Containers (wide)",
        "Images (wide)",
        "Selector (wide)",
      ],
    },
  ])("$behaviour", ({ kind, columns }) => {
    expect(columnsOf(kind)).toEqual(columns);
  });
});

describe("memberKinds", () => {
  it("serves built-in kinds only, and nothing looks again because of them", () => {
    for (const { kind, builtin, setsInMotion } of memberKinds()) {
      expect({ kind, builtin, setsInMotion }).toEqual({
        kind,
        builtin: true,
        setsInMotion: undefined,
      });
    }
  });
});

describe("placementKinds", () => {
  const names = (scope: "Cluster" | "Namespaced") =>
    placementKinds(scope, { defaultRunState: "Run" }, () => []).map(
      ({ kind, plural, shortNames, namespaced }) => `${kind} ${plural} ${shortNames} ${namespaced}`,
    );

  it("names the cluster-scoped kinds as KubeFleet does", () => {
    expect(names("Cluster")).toEqual([
      "ClusterResourcePlacement clusterresourceplacements crp false",
      "ClusterResourceSnapshot clusterresourcesnapshots crs false",
      "ClusterSchedulingPolicySnapshot clusterschedulingpolicysnapshots csps false",
      "ClusterResourceBinding clusterresourcebindings crb false",
      "ClusterStagedUpdateStrategy clusterstagedupdatestrategies csus false",
      "ClusterStagedUpdateRun clusterstagedupdateruns csur false",
      "ClusterApprovalRequest clusterapprovalrequests careq false",
      "ClusterResourceOverride clusterresourceoverrides cro false",
      "ClusterResourceOverrideSnapshot clusterresourceoverridesnapshots  false",
      "ClusterResourceEnvelope clusterresourceenvelopes  false",
    ]);
  });

  it("names the namespaced kinds as KubeFleet does", () => {
    expect(names("Namespaced")).toEqual([
      "ResourcePlacement resourceplacements rp true",
      "ResourceSnapshot resourcesnapshots rs true",
      "SchedulingPolicySnapshot schedulingpolicysnapshots sps true",
      "ResourceBinding resourcebindings rb true",
      "StagedUpdateStrategy stagedupdatestrategies sus true",
      "StagedUpdateRun stagedupdateruns sur true",
      "ApprovalRequest approvalrequests areq true",
      "ResourceOverride resourceoverrides ro true",
      "ResourceOverrideSnapshot resourceoverridesnapshots  true",
      "ResourceEnvelope resourceenvelopes  true",
    ]);
  });
});
