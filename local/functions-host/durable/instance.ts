/** States of an instance, spelled as the management API spells them. */
export type RuntimeStatus =
  | "Pending"
  | "Running"
  | "Suspended"
  | "Completed"
  | "Failed"
  | "Terminated";

/** The row that status queries read. It is written at the end of an episode, so it lags behind the history. */
export interface Instance {
  readonly instanceId: string;
  readonly executionId: string;
  readonly name: string;
  readonly version: string | null;
  readonly runtimeStatus: RuntimeStatus;
  /** JSON text. */
  readonly input: string | null;
  /** JSON text, or plain text for failures and reasons. */
  readonly output: string | null;
  /** JSON text. */
  readonly customStatus: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export function isFinished(status: RuntimeStatus): boolean {
  return status === "Completed" || status === "Failed" || status === "Terminated";
}
