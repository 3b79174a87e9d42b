import { type KubeObject, toTimestamp } from "../api/meta.js";
import type { Requester } from "../api/update-run.js";
import { ANNOTATION_RESUME } from "../rollout/resume.js";
import { fieldsOf, stringAt } from "./fields.js";
import type { WriteContext } from "./kind.js";

/** A new run with the one who created it, and started it unless it rests. */
export function withCreator(run: KubeObject, context: WriteContext): KubeObject {
  const createdBy = requester(context);
  const startedBy = isToRun(run) ? { startedBy: createdBy } : {};
  return { ...run, status: { ...fieldsOf(run.status), createdBy, ...startedBy } };
}

/** The run with the one who starts or resumes it by this update; as it is when the update does neither. */
export function withStarter(
  run: KubeObject,
  before: KubeObject,
  context: WriteContext,
): KubeObject {
  const started = isToRun(run) && !isToRun(before);
  const resumed = resumeOf(run) !== undefined && resumeOf(run) !== resumeOf(before);
  if (!started && !resumed) return run;
  return { ...run, status: { ...fieldsOf(run.status), startedBy: requester(context) } };
}

function isToRun(run: KubeObject): boolean {
  return stringAt(run, "spec", "state") === "Run";
}

function resumeOf({ metadata }: KubeObject): string | undefined {
  return metadata.annotations?.[ANNOTATION_RESUME];
}

function requester({ user, now }: WriteContext): Requester {
  const { username, uid } = user;
  return { user: username, ...(uid !== undefined && { uid }), time: toTimestamp(now) };
}
