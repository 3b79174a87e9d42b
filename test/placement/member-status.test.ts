import { describe, expect, it } from "vitest";
import { memberEvent, memberStatus } from "../../src/placement/member-status.js";
import { makeMember, NOW } from "./fixtures.js";

const LATER = "2026-11-21T12:00:00Z";
const reached = { kind: "Reached", version: "v1.35.0" } as const;
const down = { kind: "Unreachable", message: "member1: connect ECONNREFUSED" } as const;

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
      ],
      properties: { "k8s.io/k8s-version": { value: "v1.35.0", observationTime: NOW } },
    });
  });

  it("stays as it is when nothing has changed, times included", () => {
    const member = {
      ...makeMember("member1"),
      status: memberStatus(makeMember("m"), reached, NOW),
    };
    expect(memberStatus(member, reached, LATER)).toEqual(member.status);
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
      behaviour: "none when nothing changes",
      before: status(down),
      after: status(down),
      type: undefined,
    },
  ])("are $behaviour", ({ before, after, type }) => {
    expect(memberEvent(before, after)?.type).toBe(type);
  });
});
