import * as df from "durable-functions";
import { beforeAll, describe, expect, it } from "vitest";
import { EventType, type MessageEvent } from "../../local/functions-host/durable/history-event.js";
import { Orchestration } from "../../src/activities/contracts.js";
import {
  decidedAgain,
  historyNames,
  loadOrchestrations,
  type ReplayEpisode,
  recordedEpisodes,
  recordedHistory,
} from "../support/replay-history.js";

let replay: ReplayEpisode;
const logged: string[] = [];

beforeAll(async () => {
  replay = await loadOrchestrations(
    async () => {
      const { updateRun } = await import("../../src/orchestrations/update-run.js");
      const { updateLane } = await import("../../src/orchestrations/update-lane.js");
      const { syncPlacement } = await import("../../src/orchestrations/sync-placement.js");
      const { rolloutLane } = await import("../../src/orchestrations/rollout-lane.js");
      const { deletePlacement } = await import("../../src/orchestrations/delete-placement.js");
      const { syncOverride } = await import("../../src/orchestrations/sync-override.js");
      const { syncMember } = await import("../../src/orchestrations/sync-member.js");
      const { discoverMembers } = await import("../../src/orchestrations/discover-members.js");
      df.app.orchestration(Orchestration.updateRun, updateRun);
      df.app.orchestration(Orchestration.updateLane, updateLane);
      df.app.orchestration(Orchestration.syncPlacement, syncPlacement);
      df.app.orchestration(Orchestration.rolloutLane, rolloutLane);
      df.app.orchestration(Orchestration.deletePlacement, deletePlacement);
      df.app.orchestration(Orchestration.syncOverride, syncOverride);
      df.app.orchestration(Orchestration.syncMember, syncMember);
      df.app.orchestration(Orchestration.discoverMembers, discoverMembers);
    },
    ({ message }) => logged.push(message),
  );
});

describe("a recorded history", () => {
  it.each(historyNames())("is decided again, episode by episode: %s", async (name) => {
    const history = recordedHistory(name);
    const { then, now, runtimeStatus } = await decidedAgain(history, replay);
    expect(then.length).toBeGreaterThan(1);
    expect(now).toEqual(then);
    expect(runtimeStatus).toBe(history.runtimeStatus);
  });

  it.each(Object.values(Orchestration))("exists of %s", (orchestration) => {
    const events = historyNames().flatMap((name) => recordedHistory(name).events);
    const started = events.filter((event) => event.EventType === EventType.ExecutionStarted);
    expect(started.map(({ Name }) => Name)).toContain(orchestration);
  });
});

describe("an orchestration", () => {
  it("logs a failure of its activity once, however often it is replayed", async () => {
    const [first] = recordedEpisodes(recordedHistory("update-lane").events);
    if (!first) throw new Error("the history is empty");
    const { Timestamp } = first.started;
    const idOf = (type: number) =>
      past.findLast(({ EventType: is }) => is === type)?.EventId ?? Number.NaN;
    let past = [...first.past, ...(await replay(first)).events];
    const goOn = async (message: MessageEvent) => {
      const { started } = first;
      const { events } = await replay({ past, started, messages: [message], decided: [] });
      past = [...past, ...events];
    };
    logged.length = 0;
    await goOn({
      EventType: EventType.TaskFailed,
      EventId: -1,
      Timestamp,
      TaskScheduledId: idOf(EventType.TaskScheduled),
      Reason: "the storage is away",
      Details: "",
    });
    const failure = expect.stringMatching(/updateNextCluster failed, next try in 15 s/);
    expect(logged).toEqual([failure]);
    const timer = past.findLast(({ EventType: is }) => is === EventType.TimerCreated);
    await goOn({
      EventType: EventType.TimerFired,
      EventId: -1,
      Timestamp,
      TimerId: idOf(EventType.TimerCreated),
      FireAt: (timer as { FireAt?: string }).FireAt ?? Timestamp,
    });
    expect(past.filter(({ EventType: is }) => is === EventType.TaskScheduled)).toHaveLength(2);
    expect(logged).toEqual([failure]);
  });
});
