import type { HistoryEvent } from "./history-event.js";
import type { Instance } from "./instance.js";

/** What a status query answers. Times have a resolution of one second; input and output are JSON, or text that is not. */
export function instanceStatus(
  instance: Instance,
  showInput: boolean,
  history: readonly HistoryEvent[] | undefined,
): Record<string, unknown> {
  return {
    name: instance.name,
    instanceId: instance.instanceId,
    runtimeStatus: instance.runtimeStatus,
    input: showInput ? jsonOrText(instance.input) : null,
    customStatus: jsonOrText(instance.customStatus),
    output: jsonOrText(instance.output),
    createdTime: seconds(instance.createdAt),
    lastUpdatedTime: seconds(instance.updatedAt),
    ...(history && { historyEvents: history }),
  };
}

function seconds(at: Date): string {
  return at.toISOString().replace(/\.\d{3}Z$/, "Z");
}

function jsonOrText(text: string | null): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
