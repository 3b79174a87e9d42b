import type { KubeObject } from "../api/meta.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";
import { ageText } from "./age.js";
import type { BuiltinKind } from "./builtin-kind.js";
import { ageColumn, column, pathColumn } from "./columns.js";
import { fillIn, within } from "./defaults.js";
import { withStatus } from "./empty-structs.js";
import { type Fields, fieldAt, fieldsOf, listAt, stringAt } from "./fields.js";
import { jobSpecCauses } from "./job.js";
import { withTemplateDefaults } from "./pod-defaults.js";
import { containerColumns, selectorColumn } from "./workload-columns.js";

const CONCURRENCY_POLICIES = ["Allow", "Forbid", "Replace"];
/** Five fields, or one of the named schedules. */
const SCHEDULE =
  /^(@(yearly|annually|monthly|weekly|daily|midnight|hourly|every \S+)|(\S+\s+){4}\S+)$/;

export const cronJob: BuiltinKind = {
  group: "batch",
  versions: ["v1"],
  kind: "CronJob",
  plural: "cronjobs",
  singular: "cronjob",
  shortNames: ["cj"],
  categories: ["all"],
  namespaced: true,
  subresources: { status: true, scale: false },
  generation: true,
  columns: [
    pathColumn("Schedule", ["spec", "schedule"]),
    column("Timezone", (object) => stringAt(object, "spec", "timeZone") || "<none>"),
    column("Suspend", (object) => (fieldAt(object, "spec", "suspend") === true ? "True" : "False")),
    column("Active", (object) => listAt(object, "status", "active").length, { type: "integer" }),
    column("Last Schedule", lastSchedule),
    ageColumn(),
    ...containerColumns("spec", "jobTemplate", "spec", "template"),
    selectorColumn("spec", "jobTemplate", "spec", "selector"),
  ],
  asWritten: (object) => withStatus({})({ ...object, spec: writtenCronJob(fieldsOf(object.spec)) }),
  applyDefaults: withCronJobDefaults,
  validate: validateCronJob,
};

function writtenCronJob(spec: Fields): Fields {
  return within(spec, "jobTemplate", (job) => ({
    metadata: {},
    ...within(job, "spec", (inner) =>
      within(inner, "template", (template) => ({ metadata: {}, ...template })),
    ),
  }));
}

/**
 * The Job's own defaults are left to the Jobs that are made from the template; its pods have theirs here already.
 * Source: Kubernetes `pkg/apis/batch/v1/defaults.go`.
 */
function withCronJobDefaults(object: KubeObject): KubeObject {
  const spec = fillIn(fieldsOf(object.spec), {
    concurrencyPolicy: "Allow",
    suspend: false,
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 1,
  });
  return {
    ...object,
    spec: within(spec, "jobTemplate", (template) => ({
      ...template,
      spec: withTemplateDefaults(fieldsOf(template.spec)),
    })),
  };
}

function validateCronJob(object: KubeObject): readonly StatusCause[] {
  const schedule = stringAt(object, "spec", "schedule") ?? "";
  const policy = stringAt(object, "spec", "concurrencyPolicy") ?? "";
  return [
    ...scheduleCauses(schedule),
    ...(CONCURRENCY_POLICIES.includes(policy)
      ? []
      : [fieldCause.notSupported("spec.concurrencyPolicy", policy, CONCURRENCY_POLICIES)]),
    ...jobSpecCauses("spec.jobTemplate.spec", fieldAt(object, "spec", "jobTemplate", "spec")),
  ];
}

function scheduleCauses(schedule: string): readonly StatusCause[] {
  if (!schedule) return [fieldCause.required("spec.schedule")];
  if (SCHEDULE.test(schedule.trim())) return [];
  const fields = schedule.trim().split(/\s+/);
  return [
    fieldCause.invalid(
      "spec.schedule",
      schedule,
      `expected exactly 5 fields, found ${fields.length}: [${fields.join(" ")}]`,
    ),
  ];
}

function lastSchedule(object: KubeObject, now: Date): string {
  const time = stringAt(object, "status", "lastScheduleTime");
  return time ? ageText(time, now) : "<none>";
}
