import { type PlanInput, planRun, type RunPlan } from "./plan-run.js";
import { USER_ERROR } from "./reasons.js";
import { parseStageRules, type StageRules } from "./stage-rules.js";

/** A run as it was computed, with the rules that its strategy's annotations give each stage. */
export type RuledPlan =
  | (Extract<RunPlan, { readonly ok: true }> & { readonly rules: readonly StageRules[] })
  | Exclude<RunPlan, { readonly ok: true }>;

/** Computes a run once, and reads its rules: later changes of the strategy do not concern it. */
export function planWithRules(input: PlanInput): RuledPlan {
  const plan = planRun(input);
  if (plan.ok !== true) return plan;
  const { metadata, spec } = input.strategy ?? { metadata: {}, spec: { stages: [] } };
  const stageNames = spec.stages.map((stage) => stage.name);
  const parsed = parseStageRules(metadata.annotations ?? {}, stageNames);
  if (parsed.ok) return { ...plan, rules: parsed.stages };
  const problems = parsed.problems.map(({ annotation, message }) => `${annotation}: ${message}`);
  return { ok: false, status: plan.status, message: `${USER_ERROR}${problems.join("; ")}` };
}
