import type { EventFacts } from "./event-facts.js";

/** What the activity has to do besides writing the status. Each may be carried out twice. */
export type Effect =
  | {
      readonly kind: "CreateApprovalRequest";
      readonly name: string;
      readonly stage: string;
      readonly task: "beforeStage" | "afterStage";
    }
  | { readonly kind: "AcceptApproval"; readonly name: string }
  | {
      readonly kind: "RecordEvent";
      readonly type: "Normal" | "Warning";
      readonly reason: string;
      readonly message: string;
      /** The approval request that it is about, instead of the run. */
      readonly approval?: string;
      readonly facts?: EventFacts;
    };

/** What the orchestration does next. */
export type Next =
  | { readonly kind: "Initialize" }
  | { readonly kind: "CleanUp" }
  | { readonly kind: "Finished" }
  /** Look at the members of a waiting stage; `at` is when that was decided, ISO 8601 with milliseconds. */
  | { readonly kind: "CheckStage"; readonly stage: number; readonly at: string }
  /** Let the failed clusters of a stage begin anew, and look again. */
  | { readonly kind: "RetryFailed"; readonly stage: number }
  /** Until something wakes the run, or until `until` (RFC 3339). */
  | { readonly kind: "Wait"; readonly until?: string | undefined }
  /** As many lanes as may work at once; `inFlightOnly` finishes what was started and begins nothing. */
  | {
      readonly kind: "UpdateClusters";
      readonly stage: number;
      readonly lanes: number;
      readonly inFlightOnly: boolean;
    }
  | {
      readonly kind: "RemoveClusters";
      readonly stage: number;
      readonly lanes: number;
      readonly inFlightOnly: boolean;
    };
