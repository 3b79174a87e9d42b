import { readFileSync } from "node:fs";
import * as df from "durable-functions";
import { beforeAll, describe, expect, it } from "vitest";
import type { HistoryEvent } from "../../local/functions-host/durable/history-event.js";
import { Orchestration } from "../../src/activities/contracts.js";
import {
  loadOrchestrations,
  type ReplayEpisode,
  recordedEpisodes,
} from "../support/replay-history.js";

const recorded = (name: string) => {
  const file = new URL(`../fixtures/histories/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")) as {
    readonly runtimeStatus: string;
    readonly events: readonly HistoryEvent[];
  };
};

/** What has to be decided again in the same way: everything but the moment of the decision. */
const essence = (events: readonly HistoryEvent[]) =>
  events.map(({ Timestamp: _, ...event }) => event);

let replay: ReplayEpisode;

beforeAll(async () => {
  replay = await loadOrchestrations(async () => {
    const { updateRun } = await import("../../src/orchestrations/update-run.js");
    const { updateLane } = await import("../../src/orchestrations/update-lane.js");
    const { syncPlacement } = await import("../../src/orchestrations/sync-placement.js");
    const { rolloutLane } = await import("../../src/orchestrations/rollout-lane.js");
    const { deletePlacement } = await import("../../src/orchestrations/delete-placement.js");
    const { syncMember } = await import("../../src/orchestrations/sync-member.js");
    df.app.orchestration(Orchestration.updateRun, updateRun);
    df.app.orchestration(Orchestration.updateLane, updateLane);
    df.app.orchestration(Orchestration.syncPlacement, syncPlacement);
    df.app.orchestration(Orchestration.rolloutLane, rolloutLane);
    df.app.orchestration(Orchestration.deletePlacement, deletePlacement);
    df.app.orchestration(Orchestration.syncMember, syncMember);
  });
});

describe("a recorded history", () => {
  it.each([
    { behaviour: "of an update run is decided again, episode by episode", name: "update-run" },
    { behaviour: "of a lane is decided again, episode by episode", name: "update-lane" },
    {
      behaviour: "of a placement's sync is decided again, episode by episode",
      name: "sync-placement",
    },
    {
      behaviour:
        "of the sync of a placement that rolls out by itself is decided again, in its order",
      name: "sync-placement-rolling",
    },
    {
      behaviour: "of a rolling update's lane is decided again, episode by episode",
      name: "rollout-lane",
    },
    {
      behaviour: "of a placement's deletion is decided again, episode by episode",
      name: "delete-placement",
    },
    { behaviour: "of a member's joining is decided again, in its order", name: "sync-member" },
  ])("$behaviour", async ({ name }) => {
    const { events, runtimeStatus } = recorded(name);
    const episodes = recordedEpisodes(events);
    expect(episodes.length).toBeGreaterThan(1);
    let status = "";
    for (const episode of episodes) {
      const result = await replay(episode);
      const decided = result.events.slice(1 + episode.messages.length);
      expect(essence(decided)).toEqual(essence(episode.decided));
      status = result.runtimeStatus;
    }
    expect(status).toBe(runtimeStatus);
  });
});
