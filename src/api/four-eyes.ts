import { z } from "zod";
import type { ObjectMeta } from "./meta.js";

/** On an update run or its strategy: who approves has to be somebody else than who created or started the run. */
export const ANNOTATION_FOUR_EYES = "stagecoach.dev/four-eyes";

export const FourEyes = z.enum(["Required"]);
export type FourEyes = z.infer<typeof FourEyes>;

/** What an object asks for; undefined when it says nothing. */
export function fourEyesOf({ annotations }: Pick<ObjectMeta, "annotations">): FourEyes | undefined {
  return FourEyes.safeParse(annotations?.[ANNOTATION_FOUR_EYES]).data;
}
