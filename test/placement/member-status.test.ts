import { describe, expect, it } from "vitest";
import type { MemberClusterStatus } from "../../src/api/member-cluster.js";
import { memberEvent, memberStatus } from "../../src/placement/member-status.js";
import { makeMember, NOW } from "./fixtures.js";

const LATER = "2026-11-21T12:00:00Z";
const reached = { kind: "Reached", version: "v1.35.0" } as const;
const down = {
  kind: "Unreachable",
  reason: "Unreachable",
  message: "member1: connect ECONNREFUSED",
} as const;
const waiting = {
  kind: "Unreachable",
  reason: "WaitingForTurn",
  message: "member1: waiting for its turn at Azure Resource Manager, about 9 s",
} as const;
const found = { server: "https://west.hcp.azmk8s.io:443", refreshedAt: "2026-11-21T09:00:00.000Z" };

function statusAfter(...findings: readonly Parameters<typeof memberStatus>[1][]) {
  return findings.reduce(
    (status, finding) => memberStatus({ ...makeMember("member1"), status }, finding, NOW),
    {} as MemberClusterStatus,
  );
}

describe("the status of a member", () => {
  it("says that it has joined when its API server answers, and with which version", () => {
    expect(memberStatus(makeMember("member1"), reached, NOW)).toEqual({
      conditions: [
        {
          type: "Joined",
          status: "True",
          observedGeneration: 1,
          lastTransitionTime: NOW,
          reason: "MemberClusterJoined",
          message: "The API server of the cluster answers",
        },
        {
          type: "Healthy",
          status: "True",
          observedGeneration: 1,
          lastTransitionTime: NOW,
          reason: "MemberClusterHealthy",
          message: "The API server of the cluster answers",
        },
      ],
      agentStatus: [
        {
          type: "MemberAgent",
          conditions: [expect.objectContaining({ type: "Joined", reason: "ReachedDirectly" })],
          lastReceivedHeartbeat: NOW,
        },
      ],
      properties: { "k8s.io/k8s-version": { value: "v1.35.0", observationTime: NOW } },
    });
  });

  it("stays as it is when nothing has changed, but for when it was seen last", () => {
    const member = {
      ...makeMember("member1"),
      status: memberStatus(makeMember("m"), reached, NOW),
    };
    const { agentStatus, ...status } = memberStatus(member, reached, LATER);
    expect(member.status).toMatchObject(status);
    expect(agentStatus).toMatchObject([{ lastReceivedHeartbeat: LATER }]);
  });

  it("leaves the entry of a real agent alone", () => {
    const agentStatus = [{ type: "MemberAgent", lastReceivedHeartbeat: NOW }];
    const member = makeMember("member1", { status: { agentStatus } });
    expect(memberStatus(member, reached, LATER).agentStatus).toEqual(agentStatus);
  });

  it("tells where an AKS cluster was found, and when that was asked", () => {
    const { properties } = statusAfter({ ...reached, found });
    expect(properties).toHaveProperty(["stagecoach.dev/api-server"], {
      value: found.server,
      observationTime: found.refreshedAt,
    });
  });

  it("stays joined when it does not answer later, and is unhealthy", () => {
    const { conditions } = statusAfter(reached, { ...down, reason: "ClusterStopped" });
    expect(conditions).toMatchObject([
      { type: "Joined", status: "True", reason: "MemberClusterJoined" },
      { type: "Healthy", status: "False", reason: "ClusterStopped" },
    ]);
  });

  it("is no worse for waiting for its turn", () => {
    expect(statusAfter(reached, waiting).conditions?.[1]).toMatchObject({
      type: "Healthy",
      status: "True",
      reason: "WaitingForTurn",
      message: waiting.message,
    });
    expect(statusAfter(waiting).conditions).toMatchObject([
      { type: "Joined", status: "False", reason: "WaitingForTurn" },
      { type: "Healthy", status: "Unknown", reason: "WaitingForTurn" },
    ]);
  });

  it("keeps what others have written into it", () => {
    const properties = { "kubernetes-fleet.io/node-count": { value: "3" } };
    const member = makeMember("member1", { status: { properties } });
    expect(memberStatus(member, down, NOW).properties).toEqual(properties);
    expect(memberStatus(member, reached, NOW).properties).toMatchObject(properties);
  });

  it.each([
    {
      finding: down,
      reason: "MemberClusterUnreachable",
      message: "member1: connect ECONNREFUSED; tried again until the cluster answers",
    },
    {
      finding: { kind: "Held", placements: ["ClusterResourcePlacement p"] } as const,
      reason: "MemberClusterLeaving",
      message: `waiting since ${NOW} for ClusterResourcePlacement p to let go of the cluster, which each does when it is scheduled next`,
    },
  ])("says $reason, and what would end it", ({ finding, reason, message }) => {
    const member = makeMember("member1", { deletionTimestamp: NOW });
    const [joined] = memberStatus(member, finding, LATER).conditions ?? [];
    expect(joined).toMatchObject({ type: "Joined", status: "False", reason, message });
  });
});

describe("the events of a member", () => {
  const status = (finding: Parameters<typeof memberStatus>[1]) =>
    memberStatus(makeMember("member1"), finding, NOW);

  it.each([
    { behaviour: "one when it joins", before: undefined, after: status(reached), type: "Normal" },
    {
      behaviour: "one when it joins late",
      before: status(down),
      after: status(reached),
      type: "Normal",
    },
    {
      behaviour: "one when it does not answer",
      before: undefined,
      after: status(down),
      type: "Warning",
    },
    {
      behaviour: "one when it does not answer any more",
      before: statusAfter(reached),
      after: statusAfter(reached, down),
      type: "Warning",
    },
    {
      behaviour: "one when it answers again",
      before: statusAfter(reached, down),
      after: statusAfter(reached, down, reached),
      type: "Normal",
    },
    {
      behaviour: "one when it waits",
      before: undefined,
      after: statusAfter(waiting),
      type: "Normal",
    },
    {
      behaviour: "none when nothing changes",
      before: status(down),
      after: status(down),
      type: undefined,
    },
  ])("are $behaviour", ({ before, after, type }) => {
    expect(memberEvent(before, after)?.type).toBe(type);
  });
});
