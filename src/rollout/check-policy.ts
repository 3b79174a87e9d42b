import { ANNOTATION_NUMBER_OF_CLUSTERS, LABEL_POLICY_INDEX } from "../api/names.js";
import type { PolicySnapshot } from "../api/policy-snapshot.js";
import type { UpdateRunStatus } from "../api/update-run.js";
import { conditionOf } from "../placement/conditions.js";
import { UNEXPECTED, VALIDATION, VALIDATION_FAILED } from "./reasons.js";
import { keyOf, type RunIdentity } from "./run-identity.js";

type RecordedPolicy = Pick<
  UpdateRunStatus,
  "policySnapshotIndexUsed" | "policyObservedClusterCount"
>;

export interface SettledPolicy {
  readonly ok: true;
  readonly recorded: RecordedPolicy;
  readonly snapshotName: string;
  /** How many clusters the policy asks for; absent for PickAll. */
  readonly wanted?: number | undefined;
}

export type PolicyCheck =
  | SettledPolicy
  | {
      readonly ok: false;
      /** What was found out before the check that failed. */
      readonly recorded: RecordedPolicy;
      readonly message: string;
    };

/**
 * Finds the one policy snapshot that decides who is updated.
 * Source: KubeFleet `updaterun/initialization.go`, checks 3 to 6; texts are its own.
 *
 * @param latest policy snapshots of the placement that are labelled as latest
 */
export function checkPolicy(run: RunIdentity, latest: readonly PolicySnapshot[]): PolicyCheck {
  const placement = keyOf(run, run.spec.placementName);
  const [policy, ...others] = latest;
  if (!policy) {
    return refuse({}, `${VALIDATION}no latest policy snapshot found for placement ${placement}`);
  }
  if (others.length > 0) {
    return refuse(
      {},
      `${VALIDATION}${UNEXPECTED}multiple active policy snapshots found for placement ${placement}: got ${latest.length}, want 1`,
    );
  }
  const policySnapshotIndexUsed = policy.metadata.labels?.[LABEL_POLICY_INDEX];
  if (policySnapshotIndexUsed === undefined) {
    return refuse(
      {},
      `${VALIDATION}${UNEXPECTED}policy snapshot \`${keyOf(run, policy.metadata.name)}\` does not have a policy index label`,
    );
  }
  return checkCount(run, policy, { policySnapshotIndexUsed });
}

function checkCount(
  run: RunIdentity,
  policy: PolicySnapshot,
  recorded: RecordedPolicy,
): PolicyCheck {
  const asked = askedClusters(policy);
  if ("problem" in asked) {
    return refuse(
      recorded,
      `${VALIDATION_FAILED}, ${UNEXPECTED}${asked.problem}: the policy snapshot \`${keyOf(run, policy.metadata.name)}\` doesn't have valid cluster count annotation`,
    );
  }
  const { wanted } = asked;
  const counted: RecordedPolicy = {
    ...recorded,
    ...(wanted !== undefined && { policyObservedClusterCount: wanted }),
  };
  const scheduled = conditionOf(policy.status?.conditions, "Scheduled");
  const current = scheduled?.observedGeneration === (policy.metadata.generation ?? 1);
  if (scheduled?.status === "True" && current) {
    return { ok: true, recorded: counted, snapshotName: policy.metadata.name, wanted };
  }
  const why = scheduled && current ? `: ${scheduled.message}` : "";
  return refuse(
    counted,
    `${VALIDATION}policy snapshot \`${policy.metadata.name}\` not fully scheduled yet${why}`,
  );
}

/** How many clusters a policy asks for: not said for PickAll. */
function askedClusters({
  spec,
  metadata,
}: PolicySnapshot): { readonly wanted?: number } | { readonly problem: string } {
  switch (spec.policy?.placementType ?? "PickAll") {
    case "PickFixed":
      return { wanted: spec.policy?.clusterNames?.length ?? 0 };
    case "PickN":
      return annotatedCount(metadata.annotations?.[ANNOTATION_NUMBER_OF_CLUSTERS]);
    case "PickAll":
      return {};
  }
}

/** Source of the texts: KubeFleet `pkg/utils/annotations`, and Go's `strconv`. */
function annotatedCount(
  text: string | undefined,
): { readonly wanted: number } | { readonly problem: string } {
  if (text === undefined) {
    return { problem: `cannot find annotation ${ANNOTATION_NUMBER_OF_CLUSTERS}` };
  }
  if (/^\+?[0-9]+$/.test(text)) return { wanted: Number(text) };
  const syntax = /^-[0-9]+$/.test(text)
    ? ""
    : `: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;
  return {
    problem: `invalid annotation ${ANNOTATION_NUMBER_OF_CLUSTERS}: ${text} is not a valid count${syntax}`,
  };
}

function refuse(recorded: RecordedPolicy, message: string): PolicyCheck {
  return { ok: false, recorded, message };
}
