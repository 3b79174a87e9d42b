/** A field that is not the same as on the KubeFleet hub that was observed, and why. */
export interface ListedDifference {
  /** Kind and path of the field, which may be one of many. */
  readonly where: RegExp;
  /** What KubeFleet has; absent for a field that it has not. */
  readonly kubefleet?: RegExp;
  /** What there is instead; absent for a field that there is not. */
  readonly stagecoach?: RegExp;
  readonly because: string;
}

const WAITING = "A run that waits says for what, since when, and until when or what ends it.";
const NO_AGENTS =
  "No agent of a member holds a binding back: what is on the member is removed first.";

/** Everything that is known to differ; docs/kubefleet-differences.md has it for people. */
export const NOT_LIKE_KUBEFLEET: readonly ListedDifference[] = [
  {
    where: /UpdateRun status\.conditions\[Progressing\]\.message$/,
    kubefleet: /^The updateRun is waiting for (before|after)-stage tasks in stage \w+ to complete$/,
    stagecoach:
      /to complete: approval of (Cluster)?ApprovalRequest [\w-]+, since <time>, unblocked by kubectl patch /,
    because: WAITING,
  },
  {
    where: /UpdateRun status\.conditions\[Progressing\]\.message$/,
    kubefleet: /^The update run has been stopped$/,
    stagecoach:
      /^The update run has been stopped\. To go on: kubectl patch clusterstagedupdaterun /,
    because: WAITING,
  },
  {
    where:
      /UpdateRun status\.stagesStatus\[staging\]\.afterStageTaskStatus\[TimedWait\]\.waitUntil$/,
    stagecoach: /^<time>$/,
    because: WAITING,
  },
  {
    where: /UpdateRun status\.(createdBy|startedBy)\./,
    stagecoach: /./,
    because: "A run tells who created and who started it.",
  },
  {
    where: /UpdateRun status\..*\[Approval\]\.conditions\[ApprovalRequestApproved\]\.message$/,
    kubefleet: /^ApprovalRequest object is approved$/,
    stagecoach: /^ApprovalRequest object is approved by tester \(tester\/1\.0\)$/,
    because: "A run tells who approved it.",
  },
  {
    where: /ApprovalRequest status\.decision\./,
    stagecoach: /./,
    because: "A request tells who decided on it.",
  },
  {
    where: /ApprovalRequest status\.summary\./,
    stagecoach: /./,
    because: "A request tells what is approved.",
  },
  {
    where:
      /ResourceSnapshot metadata\.annotations\[kubernetes-fleet\.io\/next-resource-snapshot-candidate-detection-time\]$/,
    kubefleet: /^<time>$/,
    because: "Snapshots are made when what is selected changes, and not by the next run but one.",
  },
  {
    where: /ResourceBinding metadata\.finalizers\[\]$/,
    kubefleet: /^0, 1$/,
    stagecoach: /^0$/,
    because: NO_AGENTS,
  },
  {
    where: /ResourceBinding metadata\.finalizers\[1\]$/,
    kubefleet: /^kubernetes-fleet\.io\/work-cleanup$/,
    because: NO_AGENTS,
  },
  {
    where: /ResourceBinding metadata\.annotations\[stagecoach\.dev\/(update-run|taken-at)\]$/,
    stagecoach: /./,
    because: "What tells a run that another one has taken the cluster.",
  },
];
