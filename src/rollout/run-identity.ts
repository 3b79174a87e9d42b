import type { UpdateRunSpec } from "../api/update-run.js";

/** What the checks of a run need to know of the run itself. */
export interface RunIdentity {
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly spec: UpdateRunSpec;
}

/** `<namespace>/<name>` of something beside the run, which prints as `/<name>` for cluster scope. */
export function keyOf({ namespace }: RunIdentity, name: string): string {
  return `${namespace ?? ""}/${name}`;
}
