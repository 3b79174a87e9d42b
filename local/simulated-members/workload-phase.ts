import type { KubeObject } from "../../src/api/meta.js";
import { numberOf, recordOf, specOf } from "./unstructured.js";

/** How far the pods of a workload are. */
export type Phase = "Progressing" | "Available" | "DeadlineExceeded";

/** Source: Kubernetes `apps/v1` Deployment, default of `progressDeadlineSeconds`. */
const DEFAULT_PROGRESS_DEADLINE_SECONDS = 600;

/** The phase an object has reached `elapsedMs` after its last change of spec. */
export function phaseAfter(object: KubeObject, elapsedMs: number, readyAfterMs: number): Phase {
  if (!runsBrokenImage(object)) return elapsedMs >= readyAfterMs ? "Available" : "Progressing";
  const deadline = numberOf(
    specOf(object).progressDeadlineSeconds,
    DEFAULT_PROGRESS_DEADLINE_SECONDS,
  );
  const exceeded = object.kind === "Deployment" && elapsedMs >= deadline * 1000;
  return exceeded ? "DeadlineExceeded" : "Progressing";
}

/** When the phase is due to change next, in milliseconds after the last change of spec. */
export function nextPhaseAfterMs(object: KubeObject, readyAfterMs: number): number | undefined {
  if (!runsBrokenImage(object)) return readyAfterMs;
  if (object.kind !== "Deployment") return undefined;
  return numberOf(specOf(object).progressDeadlineSeconds, DEFAULT_PROGRESS_DEADLINE_SECONDS) * 1000;
}

/** A rollout that never gets ready can be had by asking for an image with `broken` in its name. */
export function runsBrokenImage(object: KubeObject): boolean {
  const podSpec = recordOf(recordOf(specOf(object).template).spec);
  const containers = Array.isArray(podSpec.containers) ? podSpec.containers : [];
  return containers.some((container) => String(recordOf(container).image ?? "").includes("broken"));
}
