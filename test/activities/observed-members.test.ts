import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { memberRef } from "../../src/activities/member-now.js";
import { observedMembers } from "../../src/activities/observed-members.js";
import { MemberCluster } from "../../src/api/member-cluster.js";
import type { KubeObject } from "../../src/api/meta.js";
import type { MemberClusters } from "../../src/clusters/member-connection.js";
import { memberStatus } from "../../src/placement/member-status.js";
import { answer, type FaultServer, faultServer, reset } from "../clusters/fault-server.js";
import { makeMember } from "../placement/fixtures.js";
import { type StoredDependencies, storedDependencies } from "../support/activity-dependencies.js";

const JOINED = "2026-01-01T10:00:00Z";

let deps: StoredDependencies;
let server: FaultServer;
let members: MemberClusters;

beforeAll(async () => {
  deps = await storedDependencies();
  server = await faultServer(answer(200), answer(200), answer(200), reset);
  const reach: MemberClusters = { connect: () => Promise.resolve(server.connection) };
  members = observedMembers(reach, deps);
});
afterAll(async () => {
  await server.stop();
  deps.close();
});

async function register(name: string, status: object): Promise<KubeObject> {
  return deps.store.create(memberRef(name), { ...makeMember(name), status });
}

async function ask(member: KubeObject): Promise<void> {
  const connection = await members.connect(member);
  await connection.request({ method: "GET", path: "/version" });
}

async function seen(name: string): Promise<unknown> {
  return MemberCluster.parse(await deps.store.get(memberRef(name))).status?.agentStatus?.[0];
}

describe("a member that has joined", () => {
  it("is noted as seen when it answers, at most every ten minutes, and not when it does not", async () => {
    const joined = memberStatus(makeMember("m"), { kind: "Reached", version: "v1" }, JOINED);
    const member = await register("member1", joined);
    deps.setTime("2026-01-01T10:09:00Z");
    await ask(member);
    expect(await seen("member1")).toMatchObject({ lastReceivedHeartbeat: JOINED });
    deps.setTime("2026-01-01T10:20:00Z");
    await ask(member);
    expect(await seen("member1")).toMatchObject({ lastReceivedHeartbeat: "2026-01-01T10:20:00Z" });
    deps.setTime("2026-01-01T10:25:00Z");
    await ask(member);
    deps.setTime("2026-01-01T11:00:00Z");
    await expect(ask(member)).rejects.toThrow("member1: GET /version");
    expect(await seen("member1")).toMatchObject({ lastReceivedHeartbeat: "2026-01-01T10:20:00Z" });
  });

  it("is looked at when it does not answer any more, once", async () => {
    const [member] = (await deps.store.list(memberRef("member1"))).items;
    deps.setTime("2026-01-01T11:01:00Z");
    if (member) await expect(ask(member)).rejects.toThrow("member1: GET /version");
    expect(await deps.wakeups.list()).toMatchObject([
      { orchestration: "syncMember", input: { kind: "MemberCluster", name: "member1" } },
    ]);
  });

  it("that is known to be unwell is not marked again", async () => {
    const down = { kind: "Unreachable", reason: "Timeout", message: "no answer" } as const;
    const joined = memberStatus(makeMember("m"), { kind: "Reached", version: "v1" }, JOINED);
    const unwell = memberStatus({ ...makeMember("m"), status: joined }, down, JOINED);
    await expect(ask(await register("member2", unwell))).rejects.toThrow();
    expect(await deps.wakeups.list()).toHaveLength(1);
  });
});
