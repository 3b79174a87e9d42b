import type { KubeObject } from "../api/meta.js";
import { PLACEMENT_GROUP, PLACEMENT_VERSIONS } from "../api/names.js";
import { UpdateRun } from "../api/update-run.js";
import { reportRun } from "../rollout/report-run.js";
import { progressCell, reportLine, reportText, waitingCell } from "../rollout/report-text.js";
import { RunReport } from "../rollout/run-report.js";
import { wideColumn } from "./columns.js";
import type { Column, ObjectView } from "./kind.js";
import type { Scope } from "./scope.js";
import { APPROVAL_REQUEST, UPDATE_RUN } from "./twins.js";
import { valueSchemaFromZod } from "./zod-schema.js";

/** `GET …/{run}/progress`: how far a run is, and what it waits for. */
export function runProgressView(scope: Scope): ObjectView {
  const report = (object: KubeObject) => reportOf(UpdateRun.parse(object), scope);
  return {
    name: "progress",
    description: "How far the run is, stage by stage, and what it waits for.",
    schema: valueSchemaFromZod(RunReport),
    show: report,
    text: (object) => reportText(report(object)),
    line: (object) => reportLine(report(object)),
    isFinal: (object) => report(object).finished,
  };
}

/** The same in wide output; blank for a run that an earlier version has left in another shape. */
export function progressColumns(scope: Scope): readonly Column[] {
  const cell = (text: (report: RunReport) => string) => (object: KubeObject) => {
    const run = UpdateRun.safeParse(object);
    return run.success ? text(reportOf(run.data, scope)) : undefined;
  };
  return [wideColumn("Progress", cell(progressCell)), wideColumn("Waiting-For", cell(waitingCell))];
}

function reportOf(run: UpdateRun, scope: Scope): RunReport {
  return reportRun(run, {
    approvalKind: APPROVAL_REQUEST[scope].kind,
    start: post(run, UPDATE_RUN[scope].plural, run.metadata.name, "start"),
    approve: (name) => post(run, APPROVAL_REQUEST[scope].plural, name, "approve"),
  });
}

function post({ metadata }: UpdateRun, resource: string, name: string, action: string): string {
  const inNamespace = metadata.namespace === undefined ? "" : `namespaces/${metadata.namespace}/`;
  const version = `/apis/${PLACEMENT_GROUP}/${PLACEMENT_VERSIONS[0]}`;
  return `POST ${version}/${inNamespace}${resource}/${name}/${action}`;
}
