import type { ApplyFailure, ObjectDiff } from "./outcome.js";

/** Why an object that differs from its manifest is left as it is. */
export interface DifferenceRule {
  readonly kind: ObjectDiff["kind"];
  readonly found: DifferenceReason;
  /** Said when the server could not tell what an apply would change, so that every field counted. */
  readonly inDegradedMode: DifferenceReason;
  /** When there was no comparing at all; the message is then the server's. */
  readonly notCompared: ApplyFailure;
}

interface DifferenceReason {
  readonly reason: ApplyFailure;
  readonly message: string;
}

const DEGRADED =
  "in degraded mode: every field was compared, because the member cluster API server rejected the manifest object " +
  "(object is invalid)";

const DRIFTS =
  "cannot apply manifest: drifts are found between the manifest and the object from the member cluster";

/** For `whenToApply: IfNotDrifted`. Source of reasons and messages: KubeFleet work applier. */
export const DRIFT: DifferenceRule = {
  kind: "Drift",
  found: { reason: "FoundDrifts", message: DRIFTS },
  inDegradedMode: { reason: "FoundDriftsInDegradedMode", message: `${DRIFTS}, ${DEGRADED}` },
  notCompared: "FailedToRunDriftDetection",
};

const DIFFERENCES =
  "cannot take over object: configuration differences are found between the manifest object and the corresponding " +
  "object in the member cluster";

/** For `whenToTakeOver: IfNoDiff`. Source: as `DRIFT`. */
export const TAKE_OVER_DIFFERENCE: DifferenceRule = {
  kind: "Diff",
  found: { reason: "FailedToTakeOver", message: DIFFERENCES },
  inDegradedMode: { reason: "FailedToTakeOver", message: `${DIFFERENCES}, ${DEGRADED}` },
  notCompared: "FailedToTakeOver",
};
