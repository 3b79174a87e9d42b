import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { createCoreModule, interceptCoreModule } from "../../local/functions-host/core-module.js";
import { type EpisodeResult, runEpisode } from "../../local/functions-host/durable/episode.js";
import {
  EventType,
  type HistoryEvent,
  type MessageEvent,
} from "../../local/functions-host/durable/history-event.js";
import { episodeSurroundings } from "../../local/functions-host/durable/orchestrator-calls.js";
import { functionsByTrigger } from "../../local/functions-host/functions-by-trigger.js";
import type { HostLog } from "../../local/functions-host/host-log.js";
import { makeInvokeFunction } from "../../local/functions-host/invoke-function.js";

/** What a decision of an episode wrote: work that was scheduled. The rest of its events came in from outside. */
const DECISIONS: readonly number[] = [
  EventType.TaskScheduled,
  EventType.SubOrchestrationInstanceCreated,
  EventType.TimerCreated,
  EventType.ExecutionCompleted,
  EventType.OrchestratorCompleted,
];

/** One episode of a recorded history: what was known before, what came in, and what was decided. */
interface RecordedEpisode {
  readonly past: readonly HistoryEvent[];
  readonly started: HistoryEvent;
  readonly messages: readonly MessageEvent[];
  readonly decided: readonly HistoryEvent[];
}

/** Cuts a history where the engine did. */
export function recordedEpisodes(history: readonly HistoryEvent[]): readonly RecordedEpisode[] {
  const starts = history.flatMap((event, index) =>
    event.EventType === EventType.OrchestratorStarted ? [index] : [],
  );
  return starts.flatMap((start, position) => {
    const [started, ...rest] = history.slice(start, starts[position + 1]);
    if (!started) return [];
    return [
      {
        past: history.slice(0, start),
        started,
        messages: rest.filter(
          (event): event is MessageEvent => !DECISIONS.includes(event.EventType),
        ),
        decided: rest.filter((event) => DECISIONS.includes(event.EventType)),
      },
    ];
  });
}

/** A history as it lies in `test/fixtures/histories`; `tools/history.mjs` prints such. */
export interface RecordedHistory {
  readonly runtimeStatus: string;
  readonly events: readonly HistoryEvent[];
}

const histories = new URL("../fixtures/histories/", import.meta.url);

/** Names of all recorded histories. */
export function historyNames(): readonly string[] {
  return readdirSync(histories).map((file) => basename(file, ".json"));
}

export function recordedHistory(name: string): RecordedHistory {
  return JSON.parse(readFileSync(new URL(`${name}.json`, histories), "utf8")) as RecordedHistory;
}

/** What has to be decided again in the same way: everything but the moment of the decision. */
const essence = (events: readonly HistoryEvent[]) =>
  events.map(({ Timestamp: _, ...event }) => event);

/** What was decided in each episode, and what the code of today decides there; and how it stands at the end. */
export async function decidedAgain(history: RecordedHistory, replay: ReplayEpisode) {
  const then = [];
  const now = [];
  let runtimeStatus = "";
  for (const episode of recordedEpisodes(history.events)) {
    const result = await replay(episode);
    then.push(essence(episode.decided));
    now.push(essence(result.events.slice(1 + episode.messages.length)));
    runtimeStatus = result.runtimeStatus;
  }
  return { then, now, runtimeStatus };
}

export type ReplayEpisode = (episode: RecordedEpisode) => Promise<EpisodeResult>;

/**
 * Loads orchestrations through the real SDK and lets them decide again: `register` is called once the SDK finds its
 * host. One call per process, since the SDK asks for it once.
 */
export async function loadOrchestrations(
  register: () => Promise<void>,
  log: HostLog = () => undefined,
): Promise<ReplayEpisode> {
  const { core, app } = createCoreModule(log);
  interceptCoreModule(core);
  await register();
  const model = app.model();
  if (!model) throw new Error("the SDK did not register its programming model");
  const functions = functionsByTrigger(app.functions);
  const surroundings = (now: string) => ({
    ...episodeSurroundings({
      functions,
      invoke: makeInvokeFunction(app, model, {}, log),
      unknownFunctions: "hang",
      log,
      now: () => new Date(now),
      newExecutionId: () => "0".repeat(32),
    }),
    // The activities' results stand in the history; the activities themselves are not registered here.
    hasFunction: () => true,
  });
  return (episode) =>
    runEpisode(episode.past, episode.messages, surroundings(episode.started.Timestamp));
}
