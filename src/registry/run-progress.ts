import type { KubeObject } from "../api/meta.js";
import { PLACEMENT_GROUP, PLACEMENT_VERSIONS } from "../api/names.js";
import { UpdateRun } from "../api/update-run.js";
import { reportRun } from "../rollout/report-run.js";
import { reportLine, reportText } from "../rollout/report-text.js";
import { RunReport } from "../rollout/run-report.js";
import type { ObjectView } from "./kind.js";
import type { Scope } from "./scope.js";
import { APPROVAL_REQUEST, UPDATE_RUN } from "./twins.js";
import { valueSchemaFromZod } from "./zod-schema.js";

/** `GET …/{run}/progress`: how far a run is, and what it waits for. */
export function runProgressView(scope: Scope): ObjectView {
  const report = (object: KubeObject) => {
    const run = UpdateRun.parse(object);
    return reportRun(run, {
      approvalKind: APPROVAL_REQUEST[scope].kind,
      start: post(run, UPDATE_RUN[scope].plural, run.metadata.name, "start"),
      approve: (name) => post(run, APPROVAL_REQUEST[scope].plural, name, "approve"),
    });
  };
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

function post({ metadata }: UpdateRun, resource: string, name: string, action: string): string {
  const inNamespace = metadata.namespace === undefined ? "" : `namespaces/${metadata.namespace}/`;
  const version = `/apis/${PLACEMENT_GROUP}/${PLACEMENT_VERSIONS[0]}`;
  return `POST ${version}/${inNamespace}${resource}/${name}/${action}`;
}
