import { z } from "zod";

const count = z.number().int().default(0);

const LiveCondition = z.object({
  type: z.string(),
  status: z.string(),
  message: z.string().default(""),
  observedGeneration: z.number().int().optional(),
});

/**
 * The fields of workloads, Services and definitions that tell whether they are available. A status that is not filled
 * in yet counts as nothing there.
 */
export const LiveStatus = z.object({
  metadata: z.object({ generation: z.number().int().optional() }),
  spec: z
    .object({
      /** The API server defaults it to 1 for every workload that has it. */
      replicas: z.number().int().default(1),
      type: z.string().default("ClusterIP"),
      clusterIPs: z.array(z.string()).default([]),
    })
    .prefault({}),
  status: z
    .object({
      observedGeneration: z.number().int().optional(),
      availableReplicas: count,
      unavailableReplicas: count,
      updatedReplicas: count,
      currentReplicas: count,
      currentRevision: z.string().default(""),
      updateRevision: z.string().default(""),
      numberAvailable: count,
      desiredNumberScheduled: count,
      currentNumberScheduled: count,
      updatedNumberScheduled: count,
      loadBalancer: z
        .object({
          ingress: z
            .array(z.object({ ip: z.string().optional(), hostname: z.string().optional() }))
            .default([]),
        })
        .prefault({}),
      conditions: z.array(LiveCondition).default([]),
    })
    .prefault({}),
});
export type LiveStatus = z.infer<typeof LiveStatus>;
