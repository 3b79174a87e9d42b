import { z } from "zod";

/** API servers answer both absent fields and nulls for what is not filled in yet. */
function orElse<T>(schema: z.ZodType<T>, otherwise: T) {
  return schema.nullish().transform((value) => value ?? otherwise);
}

const count = orElse(z.number().int(), 0);
const text = orElse(z.string(), "");

const LiveCondition = z.object({
  type: z.string(),
  status: z.string(),
  message: text,
  observedGeneration: z.number().int().nullish(),
});

const Ingress = z.object({ ip: z.string().nullish(), hostname: z.string().nullish() });

const Spec = z.object({
  /** The API server defaults it to 1 for every workload that has it. */
  replicas: orElse(z.number().int(), 1),
  type: orElse(z.string(), "ClusterIP"),
  clusterIPs: orElse(z.array(z.string()), []),
});

const Status = z.object({
  observedGeneration: z.number().int().nullish(),
  availableReplicas: count,
  unavailableReplicas: count,
  updatedReplicas: count,
  currentReplicas: count,
  currentRevision: text,
  updateRevision: text,
  numberAvailable: count,
  desiredNumberScheduled: count,
  currentNumberScheduled: count,
  updatedNumberScheduled: count,
  loadBalancer: orElse(z.object({ ingress: orElse(z.array(Ingress), []) }), { ingress: [] }),
  conditions: orElse(z.array(LiveCondition), []),
});

/**
 * The fields of workloads, Services and definitions that tell whether they are available. A status that is not filled
 * in yet counts as nothing there.
 */
export const LiveStatus = z.object({
  metadata: z.object({ generation: z.number().int().optional() }),
  spec: orElse(Spec, Spec.parse({})),
  status: orElse(Status, Status.parse({})),
});
export type LiveStatus = z.infer<typeof LiveStatus>;
