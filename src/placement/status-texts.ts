/** Steps of a placement, in the order in which they are reached. */
export type Step =
  | "RolloutStarted"
  | "Overridden"
  | "WorkSynchronized"
  | "Applied"
  | "Available"
  | "DiffReported";

export const APPLY_STEPS: readonly Step[] = [
  "RolloutStarted",
  "Overridden",
  "WorkSynchronized",
  "Applied",
  "Available",
];

/** Instead of the others when the apply strategy is ReportDiff. */
export const DIFF_STEPS: readonly Step[] = [
  "RolloutStarted",
  "Overridden",
  "WorkSynchronized",
  "DiffReported",
];

interface Text {
  readonly reason: string;
  readonly message: string;
}

/**
 * What a cluster's condition says while its binding says nothing current.
 * Source: KubeFleet `pkg/utils/condition/condition.go`.
 */
export const CLUSTER_PENDING: Readonly<Record<Step, Text>> = {
  RolloutStarted: {
    reason: "RolloutStartedUnknown",
    message: "In the process of deciding whether to roll out some version of the resources or not",
  },
  Overridden: {
    reason: "OverriddenPending",
    message: "In the process of overriding the selected resources if there is any override defined",
  },
  WorkSynchronized: {
    reason: "WorkSynchronizedUnknown",
    message: "In the process of creating or updating the work object(s) in the hub cluster",
  },
  Applied: {
    reason: "ApplyPending",
    message: "In the process of applying the resources on the member cluster",
  },
  Available: {
    reason: "ResourceAvailableUnknown",
    // The space at the end is KubeFleet's.
    message: "The availability of the selected resources is unknown yet ",
  },
  DiffReported: {
    reason: "DiffReportingPending",
    message: "Diff reporting has just started; its status is not yet to be known",
  },
};

type StatusText = Readonly<Record<"True" | "False" | "Unknown", (clusters: number) => Text>>;

/** `clusters` is the number of clusters in the state that the text is about. */
const text =
  (reason: string, message: (clusters: number) => string) =>
  (clusters: number): Text => ({ reason, message: message(clusters) });

/**
 * What a placement's condition says of all its clusters together.
 * Source: KubeFleet `pkg/utils/condition/condition.go`.
 */
export const AGGREGATE: Readonly<Record<Step, StatusText>> = {
  RolloutStarted: {
    True: text(
      "RolloutStarted",
      (n) => `All ${n} cluster(s) start rolling out the latest resource`,
    ),
    False: text(
      "RolloutNotStartedYet",
      (n) => `The rollout is being blocked by the rollout strategy in ${n} cluster(s)`,
    ),
    Unknown: text(
      "RolloutStartedUnknown",
      (n) =>
        `There are still ${n} cluster(s) in the process of deciding whether to roll out the latest resources or not`,
    ),
  },
  Overridden: {
    True: text(
      "OverriddenSucceeded",
      (n) => `The selected resources are successfully overridden in ${n} cluster(s)`,
    ),
    False: text("OverriddenFailed", (n) => `Failed to override resources in ${n} cluster(s)`),
    Unknown: text(
      "OverriddenPending",
      (n) =>
        `There are still ${n} cluster(s) in the process of overriding the selected resources if there is any override defined`,
    ),
  },
  WorkSynchronized: {
    True: text(
      "WorkSynchronized",
      (n) => `Work(s) are successfully created or updated in ${n} target cluster(s)' namespaces`,
    ),
    False: text(
      "WorkNotSynchronizedYet",
      (n) => `There are ${n} cluster(s) which have not finished creating or updating work(s) yet`,
    ),
    Unknown: text(
      "WorkSynchronizedUnknown",
      (n) =>
        `There are still ${n} cluster(s) in the process of creating or updating the work object(s) in the hub cluster`,
    ),
  },
  Applied: {
    True: text(
      "ApplySucceeded",
      (n) => `The selected resources are successfully applied to ${n} cluster(s)`,
    ),
    False: text(
      "ApplyFailed",
      (n) =>
        `Failed to apply resources to ${n} cluster(s), please check the \`failedPlacements\` status`,
    ),
    Unknown: text(
      "ApplyPending",
      (n) =>
        `There are still ${n} cluster(s) in the process of applying the resources on the member cluster`,
    ),
  },
  Available: {
    True: text(
      "ResourceAvailable",
      (n) => `The selected resources in ${n} cluster(s) are available now`,
    ),
    False: text(
      "ResourceNotAvailableYet",
      (n) => `The selected resources in ${n} cluster(s) are still not available yet`,
    ),
    Unknown: text(
      "ResourceAvailableUnknown",
      (n) =>
        `There are still ${n} cluster(s) in the process of checking the availability of the selected resources`,
    ),
  },
  DiffReported: {
    True: text(
      "DiffReportingCompleted",
      (n) => `Diff reporting in ${n} cluster(s) has been completed`,
    ),
    False: text(
      "DiffReportingIncompleteOrFailed",
      (n) => `Diff reporting in ${n} clusters is still in progress or has failed`,
    ),
    Unknown: text(
      "DiffReportingPending",
      (n) =>
        `There are still ${n} cluster(s) in the process of checking for configuration differences`,
    ),
  },
};

/** Instead of `OverriddenSucceeded` when there was nothing to override. */
export const NO_OVERRIDE: Text = {
  reason: "NoOverrideSpecified",
  message: "No override rules are configured for the selected resources",
};
