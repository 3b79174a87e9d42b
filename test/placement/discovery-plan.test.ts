import { describe, expect, it } from "vitest";
import type { DiscoveredCluster } from "../../src/api/discovered-cluster.js";
import { MemberCluster } from "../../src/api/member-cluster.js";
import { ineligibility } from "../../src/placement/cluster-eligibility.js";
import { conditionOf } from "../../src/placement/conditions.js";
import { discoveryEvent } from "../../src/placement/discovered-member.js";
import { type DiscoveryView, planDiscovery } from "../../src/placement/discovery-plan.js";
import { makeCluster } from "./discovery-fixtures.js";
import { NOW, sha256 } from "./fixtures.js";

const LATER = "2026-11-21T12:00:00Z";
const east = makeCluster("east", { tags: { environment: "staging", fleet: "prod" } });
const west = makeCluster("west", { tags: { environment: "canary", fleet: "prod" } });

function plan(
  clusters: readonly DiscoveredCluster[],
  members: readonly MemberCluster[],
  more: Partial<DiscoveryView> = {},
) {
  const view = { fleet: "prod", clusters, members, untagged: new Set<string>(), now: NOW, ...more };
  return planDiscovery(view, sha256);
}

/** The members after what a plan would do, in the order of their names. */
function look(
  clusters: readonly DiscoveredCluster[],
  members: readonly MemberCluster[] = [],
  more: Partial<DiscoveryView> = {},
): readonly MemberCluster[] {
  const { create, follow, mark } = plan(clusters, members, more);
  const changes = [...follow, ...mark];
  const changed = members.map((member) => {
    const change = changes.find(({ name }) => name === member.metadata.name)?.change;
    return change ? change(member) : member;
  });
  return [...changed, ...create].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

function made(cluster: DiscoveredCluster): MemberCluster {
  const [member] = look([cluster]);
  if (!member) throw new Error("no member was made");
  return member;
}

function byHand(name: string, { resourceId }: DiscoveredCluster, labels = {}): MemberCluster {
  return {
    apiVersion: "cluster.kubernetes-fleet.io/v1",
    kind: "MemberCluster",
    metadata: { name, uid: `${name}-uid`, labels },
    spec: { aks: { resourceId } },
  };
}

const labelled = (member: MemberCluster, labels: Record<string, string>): MemberCluster => ({
  ...member,
  metadata: { ...member.metadata, labels: { ...member.metadata.labels, ...labels } },
});
const names = (members: readonly MemberCluster[]) => members.map(({ metadata }) => metadata.name);
const discovered = (member: MemberCluster | undefined) =>
  conditionOf(member?.status?.conditions, "Discovered");

describe("discovery", () => {
  it("makes a valid member of a cluster, which is not picked before it has answered", () => {
    const member = MemberCluster.parse(made(east));
    expect(member).toMatchObject({
      metadata: {
        name: "east",
        labels: { environment: "staging", fleet: "prod", "fleet.azure.com/member-name": "east" },
        finalizers: ["kubernetes-fleet.io/membercluster-finalizer"],
      },
      spec: { aks: { resourceId: east.resourceId } },
    });
    expect(discovered(member)).toMatchObject({ status: "True", reason: "ClusterDiscovered" });
    expect(ineligibility(member, new Date(NOW))).toContain(
      `waiting since ${NOW} for the first answer`,
    );
  });

  it("does nothing more when it looks again", () => {
    const members = look([east, west]);
    expect(plan([west, east], members, { now: LATER })).toEqual({
      create: [],
      follow: [],
      mark: [],
    });
  });

  it("makes distinct members of namesakes, whatever their order", () => {
    const twin = makeCluster("east", { resourceGroup: "others" });
    const members = names(look([twin, east]));
    expect(members).toEqual(["east", expect.stringMatching(/^east-[0-9a-f]{8}$/)]);
    expect(names(look([east, twin]))).toEqual(members);
  });

  it("adopts a member made by hand for the same cluster, however its id is written", () => {
    const mine = byHand("mine", {
      ...east,
      resourceId: east.resourceId.toUpperCase(),
    });
    const [adopted, ...others] = look([east], [mine]);
    expect(others).toEqual([]);
    expect(adopted?.metadata).toMatchObject({ name: "mine", labels: { environment: "staging" } });
    expect(adopted?.spec).toEqual(mine.spec);
  });

  it("lets labels follow their tags, and go with them", () => {
    const relabelled = makeCluster("east", { tags: { environment: "canary" } });
    const [member] = look([relabelled], [made(east)]);
    expect(member?.metadata.labels).toMatchObject({ environment: "canary" });
    expect(member?.metadata.labels).not.toHaveProperty("fleet");
  });

  it.each([
    { what: "it has never set", member: labelled(made(east), { team: "a" }), label: { team: "a" } },
    {
      what: "that somebody has changed",
      member: labelled(made(east), { environment: "dev" }),
      label: { environment: "dev" },
    },
    {
      what: "that were there before it",
      member: byHand("east", east, { environment: "dev" }),
      label: { environment: "dev" },
    },
  ])("leaves labels $what", ({ member, label }) => {
    const [first] = look([east], [member]);
    const changed = makeCluster("east", { tags: { environment: "canary" } });
    const [second] = look([changed], first ? [first] : []);
    expect(second?.metadata.labels).toMatchObject(label);
  });

  it("tells which labels do not follow, and which tags are none", () => {
    const noted = makeCluster("east", { tags: { environment: "staging", note: "a b" } });
    const [member] = look([noted], [labelled(made(east), { environment: "dev" })]);
    const { reason, message } = discovered(member) ?? {};
    expect(reason).toBe("LabelsIncomplete");
    expect(message).toContain('no label for tag "note": its value holds');
    expect(message).toContain("label environment was set by somebody");
  });

  it.each([
    {
      reason: "ClusterNotVisible",
      untagged: new Set<string>(),
      says: "deleted or moved, or the app's identity has lost the role Reader",
    },
    {
      reason: "TagRemoved",
      untagged: new Set([east.resourceId.toLowerCase()]),
      says: "has not had the tag fleet=prod",
    },
  ])("marks a member as $reason, and keeps it", ({ reason, untagged, says }) => {
    const members = look([east, west]);
    const [marked] = look([west], members, { untagged });
    expect(discovered(marked)).toMatchObject({
      status: "False",
      reason,
      message: expect.stringContaining(says),
      lastTransitionTime: NOW,
    });
    expect(discovered(marked)?.message).toContain("kubectl delete membercluster east");
    expect(marked?.metadata).toEqual(members[0]?.metadata);
    const [again] = look([west], marked ? [marked] : [], { untagged, now: LATER });
    expect(discovered(again)).toEqual(discovered(marked));
    const [back] = look([west, east], marked ? [marked] : [], { now: LATER });
    expect(discovered(back)).toMatchObject({ status: "True", lastTransitionTime: LATER });
  });

  it("changes nothing when no cluster is visible", () => {
    expect(plan([], look([east, west]))).toEqual({ create: [], follow: [], mark: [] });
  });

  it.each([
    { who: "it has never seen", member: byHand("mine", east) },
    {
      who: "that is told to be left alone",
      member: {
        ...made(east),
        metadata: { name: "mine", annotations: { "stagecoach.dev/discovery": "Ignore" } },
      },
    },
    {
      who: "that is leaving",
      member: { ...made(east), metadata: { name: "mine", deletionTimestamp: NOW } },
    },
  ])("does not mark a member $who", ({ member }) => {
    expect(plan([west], [member]).mark).toEqual([]);
  });

  it.each([
    { metadata: { name: "east", annotations: { "stagecoach.dev/discovery": "Ignore" } } },
    { metadata: { name: "east", deletionTimestamp: NOW } },
  ])("neither changes nor doubles $metadata", ({ metadata }) => {
    expect(plan([east], [{ ...made(east), metadata }])).toMatchObject({ create: [], follow: [] });
  });

  it("takes all labels for somebody's when its own record cannot be read", () => {
    const member = made(east);
    const annotations = { "stagecoach.dev/discovered-labels": "{" };
    const edited = { ...member, metadata: { ...member.metadata, annotations } };
    const [kept] = look([makeCluster("east", { tags: { environment: "canary" } })], [edited]);
    expect(kept?.metadata.labels).toMatchObject({ environment: "staging", fleet: "prod" });
  });
});

describe("the events of discovery", () => {
  const missing = look([west], [made(east)])[0]?.status;
  const noted = made(makeCluster("east", { tags: { note: "a b" } })).status;

  it.each([
    { what: "a new member", before: undefined, now: made(east).status, event: undefined },
    { what: "no change", before: missing, now: missing, event: undefined },
    {
      what: "a new member without some labels",
      before: undefined,
      now: noted,
      event: { type: "Warning", reason: "LabelsIncomplete" },
    },
    {
      what: "a missing cluster",
      before: made(east).status,
      now: missing,
      event: { type: "Warning", reason: "ClusterNotVisible" },
    },
    {
      what: "a cluster that is back",
      before: missing,
      now: made(east).status,
      event: { type: "Normal", reason: "ClusterDiscovered" },
    },
  ])("tell $what", ({ before, now, event }) => {
    if (event) expect(discoveryEvent(before, now)).toMatchObject(event);
    else expect(discoveryEvent(before, now)).toBeUndefined();
  });
});
