import type { KubeObject } from "../api/meta.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";
import { durationText } from "./age.js";
import type { BuiltinKind } from "./builtin-kind.js";
import { immutableCauses } from "./causes.js";
import { ageColumn, column, findCondition } from "./columns.js";
import { chain, fillIn } from "./defaults.js";
import { withStatus } from "./empty-structs.js";
import { type Fields, fieldAt, fieldsOf, numberAt, stringAt } from "./fields.js";
import { withTemplateDefaults } from "./pod-defaults.js";
import { countCauses, podSpecCauses } from "./pod-rules.js";
import { containerColumns, count, selectorColumn } from "./workload-columns.js";

export const job: BuiltinKind = {
  group: "batch",
  versions: ["v1"],
  kind: "Job",
  plural: "jobs",
  singular: "job",
  categories: ["all"],
  namespaced: true,
  subresources: { status: true, scale: false },
  generation: true,
  columns: [
    column("Status", statusText),
    column("Completions", completionsText),
    column("Duration", runtimeText),
    ageColumn(),
    ...containerColumns("spec", "template"),
    selectorColumn("spec", "selector"),
  ],
  asWritten: withStatus({}),
  applyDefaults: (object) => ({ ...object, spec: withJobSpecDefaults(fieldsOf(object.spec)) }),
  validate: (object, before) => [
    ...jobSpecCauses("spec", object.spec),
    ...(before ? updateCauses(object, before) : []),
  ],
};

/** Source: Kubernetes `pkg/apis/batch/v1/defaults.go`. */
function withJobSpecDefaults(spec: Fields): Fields {
  const once = spec.completions === undefined && spec.parallelism === undefined;
  return chain(
    fillIn(spec, {
      ...(once ? { completions: 1, parallelism: 1 } : { parallelism: 1 }),
      backoffLimit: 6,
      completionMode: "NonIndexed",
      suspend: false,
      podReplacementPolicy: "TerminatingOrFailed",
    }),
    withTemplateDefaults,
  );
}

const RESTART_POLICIES = ["OnFailure", "Never"];

/** What a job spec needs. Source: Kubernetes `validation.ValidateJobSpec`. */
export function jobSpecCauses(field: string, spec: unknown): readonly StatusCause[] {
  const template = fieldAt(spec, "template", "spec");
  const policy = stringAt(template, "restartPolicy") ?? "";
  return [
    ...podSpecCauses(`${field}.template.spec`, template),
    ...(RESTART_POLICIES.includes(policy)
      ? []
      : [
          fieldCause.notSupported(`${field}.template.spec.restartPolicy`, policy, RESTART_POLICIES),
        ]),
    ...countCauses(field, spec, ["completions", "parallelism", "backoffLimit"]),
  ];
}

function updateCauses(object: KubeObject, before: KubeObject): readonly StatusCause[] {
  return ["completions", "selector", "template", "completionMode"].flatMap((name) =>
    immutableCauses(`spec.${name}`, fieldAt(object, "spec", name), fieldAt(before, "spec", name)),
  );
}

function statusText(object: KubeObject): string {
  const is = (type: string) => stringAt(findCondition(object, type), "status") === "True";
  if (is("Complete")) return "Complete";
  if (is("Failed")) return "Failed";
  if (object.metadata.deletionTimestamp) return "Terminating";
  return is("Suspended") ? "Suspended" : "Running";
}

function completionsText(object: KubeObject): string {
  const completions = numberAt(object, "spec", "completions");
  const succeeded = count(object, "status", "succeeded");
  if (completions !== undefined) return `${succeeded}/${completions}`;
  const parallelism = count(object, "spec", "parallelism");
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function runtimeText(object: KubeObject, now: Date): string {
  const start = stringAt(object, "status", "startTime");
  if (!start) return "";
  const end = stringAt(object, "status", "completionTime");
  const until = end ? Date.parse(end) : now.getTime();
  return durationText(Math.trunc((until - Date.parse(start)) / 1000));
}
