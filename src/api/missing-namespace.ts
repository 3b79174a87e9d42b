import { z } from "zod";
import type { ObjectMeta } from "./meta.js";

/** On a ResourcePlacement: what to do with a member that lacks the placement's namespace. */
export const ANNOTATION_MISSING_NAMESPACE = "stagecoach.dev/missing-namespace";

/** `Create` makes the namespace there, `Wait` holds the cluster's update until somebody else has made it. */
export const MissingNamespace = z.enum(["Create", "Wait"]);
export type MissingNamespace = z.infer<typeof MissingNamespace>;

/** What a placement asks for; `Create` when it says nothing. */
export function missingNamespaceOf({
  annotations,
}: Pick<ObjectMeta, "annotations">): MissingNamespace {
  const asked = MissingNamespace.safeParse(annotations?.[ANNOTATION_MISSING_NAMESPACE]);
  return asked.success ? asked.data : "Create";
}
