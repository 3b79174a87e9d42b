import { afterEach, describe, expect, it } from "vitest";
import type { UserInfo } from "../../src/registry/kind.js";
import { SCOPES } from "../catalogue/support/scoped-kinds.js";
import { openStoredHub, type StoredHub } from "../catalogue/support/stored-hub.js";

const APPROVED = { type: "Approved", status: "True" };
const user = (username: string, uid?: string): UserInfo => ({
  username,
  ...(uid !== undefined && { uid }),
  groups: [],
});
const ADA = user("ada@example.com", "1");
const BOB = user("bob@example.com", "2");
const EVE = user("eve@example.com", "3");

let hub: StoredHub | undefined;
afterEach(() => hub?.close());

describe.each(SCOPES)("%s, four eyes", (scope) => {
  async function open(options: Parameters<typeof openStoredHub>[1] = { fourEyes: "Required" }) {
    hub = await openStoredHub(scope, options);
    const { api, names, deliver } = hub;
    const post = async (path: string, by: UserInfo, body?: unknown) => {
      const answer = await api.post(path, body, { user: by });
      await deliver();
      return answer;
    };
    const request = names.path("request", "r-before-canary");
    return {
      hub,
      create: async (by: UserInfo, annotations: Record<string, string> = {}, state = "Run") => {
        const spec = { placementName: "p", stagedRolloutStrategyName: "s", state };
        const run = names.manifest("run", "r", spec, { annotations });
        expect((await post(names.path("run"), by, run)).status).toBe(201);
      },
      change: async (by: UserInfo, patch: object) => {
        const answer = await api.patch(names.path("run", "r"), patch, { user: by });
        expect(answer.status, answer.text).toBe(200);
        await deliver();
      },
      start: (by: UserInfo) => post(`${names.path("run", "r")}/start`, by),
      stop: (by: UserInfo) => post(`${names.path("run", "r")}/stop`, by),
      approve: (by: UserInfo) => post(`${request}/approve`, by),
      reject: (by: UserInfo) => post(`${request}/reject`, by),
      patchApproved: (by: UserInfo) =>
        api.patch(`${request}/status`, { status: { conditions: [APPROVED] } }, { user: by }),
      status: async () => (await api.get(names.path("run", "r"))).body.status,
    };
  }

  it("keep the one who has created and started a run from approving it, in any way", async () => {
    const { create, approve, patchApproved } = await open();
    await create(ADA);
    for (const answer of [await approve(ADA), await patchApproved(ADA)]) {
      expect(answer.status).toBe(403);
      expect(answer.body).toMatchObject({
        reason: "Forbidden",
        message: expect.stringContaining(
          '"r-before-canary" is forbidden: four eyes are required: User "ada@example.com" cannot approve the update run "r", which was created by "ada@example.com" and last started by "ada@example.com"; somebody else has to',
        ),
      });
    }
    expect((await approve(BOB)).status).toBe(200);
  });

  it("let somebody reject a run of their own", async () => {
    const { create, reject, approve, hub: opened } = await open();
    await create(ADA);
    expect((await reject(ADA)).status).toBe(200);
    const { body } = await opened.get("request", "r-before-canary");
    expect(body.status).toMatchObject({ decision: { verdict: "Refused", user: ADA.username } });
    expect((await approve(ADA)).status).toBe(403);
  });

  it("keep both from approving where one has created and another started it", async () => {
    const { create, start, approve, status } = await open();
    await create(ADA, {}, "Initialize");
    expect(await status()).not.toHaveProperty("startedBy");
    await start(BOB);
    expect(await status()).toMatchObject({
      createdBy: { user: ADA.username, uid: "1" },
      startedBy: { user: BOB.username, uid: "2" },
    });
    for (const by of [ADA, BOB]) expect((await approve(by)).status).toBe(403);
    expect((await approve(EVE)).status).toBe(200);
  });

  it.each([
    { way: "start", go: (fleet: Awaited<ReturnType<typeof open>>) => fleet.start(BOB) },
    {
      way: "spec.state",
      go: (fleet: Awaited<ReturnType<typeof open>>) =>
        fleet.change(BOB, { spec: { state: "Run" } }),
    },
    {
      way: "the annotation that resumes",
      go: (fleet: Awaited<ReturnType<typeof open>>) =>
        fleet.change(BOB, {
          metadata: { annotations: { "stagecoach.dev/resume": "1" } },
          spec: { state: "Run" },
        }),
    },
  ])("count who last resumes a run, by $way", async ({ go }) => {
    const fleet = await open();
    await fleet.create(ADA);
    await fleet.stop(EVE);
    expect(await fleet.status()).toMatchObject({ startedBy: { user: ADA.username } });
    await go(fleet);
    expect(await fleet.status()).toMatchObject({ startedBy: { user: BOB.username } });
    expect((await fleet.approve(BOB)).status).toBe(403);
    expect((await fleet.approve(EVE)).status).toBe(200);
  });

  it("tell people by what identifies them, not by their names", async () => {
    const { create, approve } = await open();
    await create(ADA);
    expect((await approve(user("ada@new.example.com", "1"))).status).toBe(403);
    expect((await approve(user("ada@example.com", "4"))).status).toBe(200);
  });

  it("are not required unless somebody says so", async () => {
    const { create, approve } = await open({});
    await create(ADA);
    expect((await approve(ADA)).status).toBe(200);
  });

  it("are required where the run says so, whatever it says later", async () => {
    const { create, change, approve, status } = await open({});
    await create(ADA, { "stagecoach.dev/four-eyes": "Required" });
    await change(ADA, { metadata: { annotations: { "stagecoach.dev/four-eyes": null } } });
    expect(await status()).toMatchObject({ fourEyes: "Required" });
    expect((await approve(ADA)).status).toBe(403);
    expect((await approve(BOB)).status).toBe(200);
  });

  it("are required where the strategy says so", async () => {
    const { hub: opened, create, approve } = await open({});
    await opened.api.patch(opened.names.path("strategy", "s"), {
      metadata: { annotations: { "stagecoach.dev/four-eyes": "Required" } },
    });
    await create(ADA);
    expect((await approve(ADA)).status).toBe(403);
  });

  it("are told by nobody but the server", async () => {
    const { hub: opened, create, status, approve } = await open();
    await create(ADA);
    const forged = {
      status: { createdBy: { user: "x", time: "now" }, startedBy: { user: "x", time: "now" } },
    };
    for (const path of ["", "/status"]) {
      await opened.api.patch(`${opened.names.path("run", "r")}${path}`, forged, { user: ADA });
    }
    expect(await status()).toMatchObject({
      createdBy: { user: ADA.username },
      startedBy: { user: ADA.username },
    });
    expect((await approve(ADA)).status).toBe(403);
  });

  it("cannot be got around by an approval before there is a run", async () => {
    const { hub: opened, approve } = await open();
    const spec = { parentStageRollout: "r", targetStage: "canary" };
    await opened.create("request", "r-before-canary", spec);
    const answer = await approve(ADA);
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('nobody is recorded to have started the update run \\"r\\"');
  });
});
