import type { UpdateRunState, UpdateRunStatus } from "../api/update-run.js";
import { type ClusterProgress, isFinished } from "./cluster-progress.js";
import type { FailureStop } from "./resume.js";
import type { SoakView } from "./soak.js";
import type { StageRules } from "./stage-rules.js";

/** What a decision needs to know of the clusters of one stage: counts and the few that need words. */
export interface StageView {
  readonly total: number;
  readonly pending: number;
  readonly started: number;
  readonly failed: readonly { readonly clusterName: string; readonly message: string }[];
  /** Started clusters that wait for something, oldest first. */
  readonly waiting: readonly {
    readonly clusterName: string;
    readonly startedAt: string;
    readonly message: string;
    readonly attempts: number;
    readonly nextTry: string;
  }[];
  /** Clusters that were begun and are pending again, with what their last try came to. */
  readonly released?: readonly { readonly clusterName: string; readonly message: string }[];
  /** Updated clusters on which something was found not available while the stage waits. */
  readonly unhealthy?: readonly {
    readonly clusterName: string;
    readonly message: string;
    readonly since: string;
  }[];
  /** When the last cluster finished; absent while none has. */
  readonly lastFinishedAt?: string | undefined;
}

/** Why somebody said no. */
export interface Refusal {
  readonly reason: string;
  readonly message: string;
  readonly since: string;
}

/** What a decision needs to know of an approval request. */
export interface ApprovalView {
  readonly requestedAt: string;
  readonly approved: boolean;
  readonly accepted: boolean;
  readonly refusal?: Refusal | undefined;
  /** Who approved or refused, in words; absent when that was not recorded. */
  readonly decidedBy?: string | undefined;
  /** Run and stage it is for: one of another run must not be adopted. */
  readonly targetRun: string;
  readonly targetStage: string;
}

/** Everything `advance` looks at. Gathered by one activity, decided upon by a pure function. */
export interface RunView {
  readonly name: string;
  readonly scope: "Cluster" | "Namespaced";
  readonly namespace?: string | undefined;
  readonly generation: number;
  readonly state: UpdateRunState;
  readonly deleting: boolean;
  /** As stored: without the clusters, which are rows of their own. */
  readonly status: UpdateRunStatus;
  /** Stages in order, the delete stage last; empty before initialization. */
  readonly stages: readonly StageView[];
  /** Requests of this run by name; absent ones do not exist. */
  readonly approvals: Readonly<Record<string, ApprovalView>>;
  /** Rules of the stages, in their order; a stage without any behaves as in KubeFleet. */
  readonly rules?: readonly StageRules[] | undefined;
  /** How members are watched while a stage waits; without it they are not. */
  readonly soak?: SoakView | undefined;
  /** How the run stopped over its failures, as long as it does. */
  readonly stopped?: FailureStop | undefined;
  /** Value of the annotation with which a person resumes such a run. */
  readonly resume?: string | undefined;
  /** Text of a validation failure that ends an initialized run, such as a placement that is gone. */
  readonly validationFailure?: string | undefined;
  /** The scheduler has not settled, and the run wants to know its targets: look again shortly. */
  readonly unsettled?: boolean | undefined;
}

/** What decisions need of a cluster that has failed; nothing of any other. */
export function failedCluster({ phase, clusterName, message = "" }: ClusterProgress) {
  return phase === "Failed" ? [{ clusterName, message }] : [];
}

/** Folds the rows of one stage into what decisions need. */
export function stageView(clusters: readonly ClusterProgress[]): StageView {
  const started = clusters.filter((cluster) => cluster.phase === "Started");
  const finishedAt = clusters
    .filter(isFinished)
    .map((cluster) => cluster.finishedAt ?? "")
    .sort();
  return {
    total: clusters.length,
    pending: clusters.filter((cluster) => cluster.phase === "Pending").length,
    started: started.length,
    failed: clusters.flatMap(failedCluster),
    waiting: started
      .flatMap((cluster) =>
        cluster.waiting
          ? [
              {
                clusterName: cluster.clusterName,
                startedAt: cluster.startedAt ?? cluster.waiting.since,
                message: cluster.waiting.message,
                attempts: cluster.waiting.attempts,
                nextTry: cluster.waiting.nextTry,
              },
            ]
          : [],
      )
      .sort((a, b) => (a.startedAt < b.startedAt ? -1 : a.startedAt > b.startedAt ? 1 : 0)),
    released: clusters.flatMap(({ phase, clusterName, lastTry }) =>
      phase === "Pending" && lastTry ? [{ clusterName, message: lastTry.message }] : [],
    ),
    unhealthy: clusters.flatMap(({ clusterName, unhealthy }) =>
      unhealthy ? [{ clusterName, ...unhealthy }] : [],
    ),
    lastFinishedAt: finishedAt.at(-1),
  };
}
