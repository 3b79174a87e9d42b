import { z } from "zod";

/** On a run: another value than before makes a run that stopped over its failures go on. */
export const ANNOTATION_RESUME = "stagecoach.dev/resume";

/** What the run was like when it stopped over its failures: whatever a person changes of it afterwards means "go on". */
export const FailureStop = z.object({
  stage: z.number().int(),
  generation: z.number().int(),
  /** Value of the annotation at that time. */
  resume: z.string().optional(),
});
export type FailureStop = z.infer<typeof FailureStop>;

/** The annotation's next value: counts how often somebody has resumed the run. */
export function nextResume(value: string | undefined): string {
  const count = /^[0-9]{1,9}$/.test(value ?? "") ? Number(value) : 0;
  return String(count + 1);
}

/** Whether somebody has told the run to go on since it stopped. */
export function isResumed(
  stopped: FailureStop,
  run: { readonly generation: number; readonly resume?: string | undefined },
): boolean {
  return stopped.generation !== run.generation || stopped.resume !== run.resume;
}

/** Whom to resume: names of a run as kubectl wants them. */
export interface ResumeTarget {
  readonly name: string;
  readonly scope: "Cluster" | "Namespaced";
  readonly namespace?: string | undefined;
  readonly resume?: string | undefined;
}

/** The command that makes a run that stopped over its failures try its failed clusters again. */
export function resumeCommand(run: ResumeTarget): string {
  return annotateCommand(run, ANNOTATION_RESUME, nextResume(run.resume));
}

/** What a person types to give a run an annotation. */
export function annotateCommand(
  { name, scope, namespace }: ResumeTarget,
  annotation: string,
  value: string,
): string {
  const resource = runResource(scope);
  return `kubectl annotate${inNamespace(namespace)} --overwrite ${resource} ${name} ${annotation}=${value}`;
}

/** The command that makes a run go on that somebody has stopped. */
export function startCommand({ name, scope, namespace }: ResumeTarget): string {
  const patch = JSON.stringify({ spec: { state: "Run" } });
  return `kubectl patch${inNamespace(namespace)} ${runResource(scope)} ${name} --type=merge -p '${patch}'`;
}

function runResource(scope: ResumeTarget["scope"]): string {
  return scope === "Cluster" ? "clusterstagedupdaterun" : "stagedupdaterun";
}

function inNamespace(namespace: string | undefined): string {
  return namespace === undefined ? "" : ` -n ${namespace}`;
}
