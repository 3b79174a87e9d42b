import type { OrchestrationContext } from "durable-functions";

/** Logs what went wrong when it happens, and not again each time the history is replayed. */
export function complain(context: OrchestrationContext, message: string): void {
  // biome-ignore lint/plugin: a replay is told from the first time here, for all orchestrations.
  if (!context.df.isReplaying) context.error(message);
}
