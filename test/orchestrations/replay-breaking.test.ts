import type { OrchestrationContext, OrchestrationHandler } from "durable-functions";
import * as df from "durable-functions";
import { beforeAll, describe, expect, it } from "vitest";
import { Orchestration } from "../../src/activities/contracts.js";
import {
  decidedAgain,
  loadOrchestrations,
  type ReplayEpisode,
  recordedHistory,
} from "../support/replay-history.js";

let replay: ReplayEpisode;

/** Somebody looks at the clock first: one timer more, and everything after it has another number. */
function afterATimer(handler: OrchestrationHandler): OrchestrationHandler {
  return function* (context: OrchestrationContext) {
    yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 1000));
    return yield* handler(context);
  };
}

/** Somebody renames what it calls, and changes nothing else. */
const renamed: OrchestrationHandler = function* (context: OrchestrationContext) {
  yield context.df.callActivity("updateTheNextCluster", context.df.getInput());
};

/** Somebody ends it before its last step. */
const cutShort: OrchestrationHandler = function* (context: OrchestrationContext) {
  yield context.df.callActivity("syncOverrideOnce", context.df.getInput());
};

beforeAll(async () => {
  replay = await loadOrchestrations(async () => {
    const { updateRun } = await import("../../src/orchestrations/update-run.js");
    df.app.orchestration(Orchestration.updateRun, afterATimer(updateRun));
    df.app.orchestration(Orchestration.updateLane, renamed);
    df.app.orchestration(Orchestration.syncOverride, cutShort);
  });
});

describe("a change that breaks the replay is found by recorded histories", () => {
  it.each([
    { change: "a step more", name: "update-run" },
    { change: "another name of an activity", name: "update-lane" },
    { change: "a step less", name: "sync-override" },
  ])("$change", async ({ name }) => {
    const { then, now } = await decidedAgain(recordedHistory(name), replay);
    expect(now).not.toEqual(then);
  });
});
