import type { StageView } from "./run-view.js";
import { countsFailures, failureLimit, type StageRules } from "./stage-rules.js";

/** How many clusters a sentence names before it only counts. */
const NAMED = 3;

/** What the failed clusters of a stage mean for it. */
export type StageFailures =
  | { readonly kind: "None" }
  /** The stage goes on without them. */
  | { readonly kind: "WithinBudget"; readonly sentence: string }
  /** A strategy without rules: the run ends with the first failure. Source: KubeFleet, execution. */
  | { readonly kind: "Abort"; readonly sentence: string }
  /** More than the budget allows: no cluster is begun any more, and the run stops or fails. */
  | { readonly kind: "Exceeded"; readonly action: "stop" | "fail"; readonly sentence: string };

/** @param clusters those of one stage: how many there are, and which have failed */
export function judgeFailures(
  stageName: string,
  { total, failed }: Pick<StageView, "total" | "failed">,
  rules: StageRules = {},
): StageFailures {
  const [first] = failed;
  if (!first) return { kind: "None" };
  if (!countsFailures(rules)) return { kind: "Abort", sentence: first.message };
  const limit = failureLimit(rules, total);
  if (failed.length > limit) {
    const sentence = `${failed.length} of ${total} clusters in stage ${stageName} failed, more than the failure budget of ${limit}: ${namesOf(failed)}`;
    return { kind: "Exceeded", action: rules.failureAction ?? "stop", sentence };
  }
  return {
    kind: "WithinBudget",
    sentence: `${failed.length} failed within the failure budget of ${limit}: ${namesOf(failed)}`,
  };
}

/** "4 of 5 updated, 1 failed within …" for a stage that completes without all of its clusters. */
export function completedSentence(
  { total, failed }: Pick<StageView, "total" | "failed">,
  failures: StageFailures,
): string | undefined {
  if (failures.kind !== "WithinBudget") return undefined;
  return `${total - failed.length} of ${total} updated, ${failures.sentence}`;
}

/** "member2: connection refused; member3: …; and 4 more" */
export function namesOf(
  clusters: readonly { readonly clusterName: string; readonly message: string }[],
): string {
  const named = clusters
    .slice(0, NAMED)
    .map((each) => `${each.clusterName}: ${shortened(each.message)}`);
  const more = clusters.length > NAMED ? [`and ${clusters.length - NAMED} more`] : [];
  return [...named, ...more].join("; ");
}

/** Longest text of one cluster inside the sentence of a whole run; the cluster's own condition has all of it. */
const LONGEST = 400;

/** The text, cut where it would crowd out the others. */
export function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}
