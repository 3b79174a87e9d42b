import { z } from "zod";
import { ObjectMeta } from "./meta.js";

/** Something that happened to an object, as `kubectl describe` and `kubectl get events` show it. Source: core v1 `Event`. */
export const Event = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: ObjectMeta,
  involvedObject: z.object({
    apiVersion: z.string().optional(),
    kind: z.string().optional(),
    name: z.string().optional(),
    namespace: z.string().optional(),
    /** `kubectl describe` finds an event by it. */
    uid: z.string().optional(),
    fieldPath: z.string().optional(),
  }),
  type: z.enum(["Normal", "Warning"]).optional(),
  reason: z.string().optional(),
  message: z.string().optional(),
  count: z.number().int().optional(),
  firstTimestamp: z.string().nullable().optional(),
  lastTimestamp: z.string().nullable().optional(),
  eventTime: z.string().nullable().optional(),
  source: z.object({ component: z.string().optional(), host: z.string().optional() }).optional(),
  series: z
    .object({ count: z.number().int().optional(), lastObservedTime: z.string().optional() })
    .nullable()
    .optional(),
  reportingComponent: z.string().optional(),
  reportingInstance: z.string().optional(),
});
export type Event = z.infer<typeof Event>;
