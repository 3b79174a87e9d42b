import { z } from "zod";
import { Condition } from "./meta.js";

/** A list of conditions, one per type: server-side apply merges it by type. */
export const Conditions = z
  .array(Condition)
  .meta({ "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["type"] });
export type Conditions = z.infer<typeof Conditions>;
