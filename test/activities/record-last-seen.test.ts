import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { memberRef } from "../../src/activities/member-now.js";
import { recordLastSeen } from "../../src/activities/record-last-seen.js";
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
  members = recordLastSeen(reach, deps);
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
});
