import { z } from "zod";
import { parseGoDuration } from "../api/go-duration.js";

/** Rules that a strategy's annotations give its stages; KubeFleet has none of them. */
const ANNOTATIONS = {
  failureBudget: "stagecoach.dev/failure-budget",
  clusterDeadline: "stagecoach.dev/cluster-deadline",
  failureAction: "stagecoach.dev/failure-action",
  soak: "stagecoach.dev/soak",
} as const;

/** On a strategy: how its stages soak. On a run: the same for all of its stages, and at once. */
export const ANNOTATION_SOAK = ANNOTATIONS.soak;

/** `Strict` holds a stage whose workloads turn unhealthy while it soaks; `Timer` only lets the time pass. */
export const Soak = z.enum(["Strict", "Timer"]);
export type Soak = z.infer<typeof Soak>;

/** The rules of one stage, as a run records them when it is initialized. Absent: KubeFleet's behaviour. */
export const StageRules = z.object({
  /** How many clusters may fail while the stage goes on: a count, or a share of the stage such as `10%`. */
  failureBudget: z.string().optional(),
  /** How long after its start a cluster that is not updated counts as failed: a Go duration. */
  clusterDeadline: z.string().optional(),
  /** What happens when more fail than the budget allows. */
  failureAction: z.enum(["stop", "fail"]).optional(),
  soak: Soak.optional(),
});
export type StageRules = z.infer<typeof StageRules>;

type Rule = keyof StageRules;

/** An annotation that cannot be understood. */
export interface RuleProblem {
  readonly annotation: string;
  readonly value: string;
  readonly message: string;
}

export type ParsedRules =
  | { readonly ok: true; readonly stages: readonly StageRules[] }
  | { readonly ok: false; readonly problems: readonly RuleProblem[] };

interface Form {
  readonly matches: (value: string) => boolean;
  readonly expected: string;
}

const FORMS: Readonly<Record<Rule, Form>> = {
  failureBudget: {
    matches: (value) => /^([0-9]{1,5}|(100|[1-9]?[0-9])%)$/.test(value),
    expected: "a number of clusters, or a share such as 10%",
  },
  clusterDeadline: { matches: isPositiveDuration, expected: "a duration such as 10m or 1h30m" },
  failureAction: {
    matches: (value) => StageRules.shape.failureAction.unwrap().safeParse(value).success,
    expected: "stop or fail",
  },
  soak: {
    matches: (value) => Soak.safeParse(value).success,
    expected: Soak.options.join(" or "),
  },
};

/**
 * Reads the rules from a strategy's annotations, each of the form `<default>, <stage>=<value>, …`.
 *
 * @param stageNames stages in the order of the strategy; the result has the rules of each in the same order
 */
export function parseStageRules(
  annotations: Readonly<Record<string, string>>,
  stageNames: readonly string[],
): ParsedRules {
  const given = Object.entries(ANNOTATIONS).flatMap(([rule, annotation]) => {
    const text = annotations[annotation];
    return text === undefined ? [] : [parseRule(rule as Rule, annotation, text, stageNames)];
  });
  const problems = given.flatMap((rule) => rule.problems);
  if (problems.length > 0) return { ok: false, problems };
  const stages = stageNames.map((name) =>
    StageRules.parse(
      Object.fromEntries(
        given.flatMap(({ rule, values }) => {
          const value = values.get(name) ?? values.get(DEFAULT);
          return value === undefined ? [] : [[rule, value]];
        }),
      ),
    ),
  );
  return { ok: true, stages };
}

/** Whether the stage's failures are this product's business, and not a reason to abort as in KubeFleet. */
export function countsFailures(rules: StageRules): boolean {
  return (
    rules.failureBudget !== undefined ||
    rules.clusterDeadline !== undefined ||
    rules.failureAction !== undefined
  );
}

/** How many of a stage's clusters may fail: a share is rounded down. */
export function failureLimit(rules: StageRules, clusters: number): number {
  const budget = rules.failureBudget ?? "0";
  const number = Number.parseInt(budget, 10);
  return budget.endsWith("%") ? Math.floor((clusters * number) / 100) : number;
}

/** When a cluster that was started then counts as failed, in milliseconds of the epoch; undefined for never. */
export function clusterDeadline(rules: StageRules, startedAt: string): number | undefined {
  if (rules.clusterDeadline === undefined) return undefined;
  return new Date(startedAt).getTime() + parseGoDuration(rules.clusterDeadline);
}

/** Whether a cluster that was started then has had all the time it gets. */
export function isOverdue(rules: StageRules, startedAt: string, now: Date): boolean {
  const deadline = clusterDeadline(rules, startedAt);
  return deadline !== undefined && now.getTime() >= deadline;
}

/** Key of the value for all stages that have none of their own; no stage can be called so. */
const DEFAULT = "";

interface ParsedRule {
  readonly rule: Rule;
  readonly values: ReadonlyMap<string, string>;
  readonly problems: readonly RuleProblem[];
}

function parseRule(
  rule: Rule,
  annotation: string,
  text: string,
  stageNames: readonly string[],
): ParsedRule {
  const values = new Map<string, string>();
  const messages: string[] = [];
  for (const part of text.split(",")) {
    const [left, right] = part.split("=", 2).map((word) => word.trim());
    const stage = right === undefined ? DEFAULT : (left ?? "");
    const value = right ?? left ?? "";
    const problem = partProblem(FORMS[rule], stage, value, stageNames);
    if (problem) messages.push(problem);
    else if (values.has(stage)) messages.push(`${stage || "the default"} is given twice`);
    values.set(stage, value);
  }
  const problems = messages.map((message) => ({ annotation, value: text, message }));
  return { rule, values, problems };
}

function partProblem(
  form: Form,
  stage: string,
  value: string,
  stageNames: readonly string[],
): string | undefined {
  if (stage !== DEFAULT && !stageNames.includes(stage)) {
    return `the strategy has no stage ${JSON.stringify(stage)}`;
  }
  return form.matches(value)
    ? undefined
    : `${JSON.stringify(value)} is not ${form.expected}; write "<default>, <stage>=<value>, …"`;
}

function isPositiveDuration(value: string): boolean {
  return /^([0-9]+(\.[0-9]+)?(s|m|h))+$/.test(value) && parseGoDuration(value) > 0;
}
