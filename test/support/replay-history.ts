import { createCoreModule, interceptCoreModule } from "../../local/functions-host/core-module.js";
import { type EpisodeResult, runEpisode } from "../../local/functions-host/durable/episode.js";
import {
  EventType,
  type HistoryEvent,
  type MessageEvent,
} from "../../local/functions-host/durable/history-event.js";
import { episodeSurroundings } from "../../local/functions-host/durable/orchestrator-calls.js";
import { functionsByTrigger } from "../../local/functions-host/functions-by-trigger.js";
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
export interface RecordedEpisode {
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

export type ReplayEpisode = (episode: RecordedEpisode) => Promise<EpisodeResult>;

/**
 * Loads orchestrations through the real SDK and lets them decide again: `register` is called once the SDK finds its
 * host. One call per process, since the SDK asks for it once.
 */
export async function loadOrchestrations(register: () => Promise<void>): Promise<ReplayEpisode> {
  const log = () => undefined;
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
