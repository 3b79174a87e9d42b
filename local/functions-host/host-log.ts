/** One line of the host's log. Lines from inside the app carry the function and the invocation. */
export interface HostLogLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string;
  readonly functionName?: string;
  readonly invocationId?: string;
}

export type HostLog = (line: HostLogLine) => void;

/** The worker's log levels in the host's four. `none` is never written. */
export function hostLevel(workerLevel: string): HostLogLine["level"] {
  switch (workerLevel) {
    case "trace":
    case "debug":
    case "none":
      return "debug";
    case "warning":
      return "warn";
    case "error":
    case "critical":
      return "error";
    default:
      return "info";
  }
}
