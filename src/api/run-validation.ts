import { z } from "zod";
import type { ObjectMeta } from "./meta.js";

/** On an update run, or else on its strategy: what a run does when its targets change while it goes on. */
export const ANNOTATION_VALIDATION = "stagecoach.dev/validation";

/** `Frozen` keeps the targets of the initialization; `Strict` ends the run, as KubeFleet does. */
export const RunValidation = z.enum(["Frozen", "Strict"]);
export type RunValidation = z.infer<typeof RunValidation>;

/** What an object asks for; undefined when it says nothing. */
export function validationOf({
  annotations,
}: Pick<ObjectMeta, "annotations">): RunValidation | undefined {
  return RunValidation.safeParse(annotations?.[ANNOTATION_VALIDATION]).data;
}
