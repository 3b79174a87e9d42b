import { z } from "zod";
import { ObjectMeta } from "./meta.js";

/**
 * ClusterResourceEnvelope and ResourceEnvelope: objects for members that shall have no effect on the hub.
 * Source: KubeFleet `apis/placement/v1beta1/envelope_types.go`.
 */
export const Envelope = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: ObjectMeta,
  data: z
    .record(
      z.string(),
      z.looseObject({}).meta({
        "x-kubernetes-preserve-unknown-fields": true,
        description: "A Kubernetes object.",
      }),
    )
    .describe("The objects that are applied on members, by a name of your choice: at most 50."),
});
export type Envelope = z.infer<typeof Envelope>;

/** The envelope that an object came in. Source: KubeFleet placement v1 `EnvelopeIdentifier`. */
export const EnvelopeIdentifier = z.object({
  name: z.string().describe("Name of the envelope."),
  namespace: z.string().describe("Namespace of a ResourceEnvelope.").optional(),
  type: z.string().describe("Kind of the envelope.").optional(),
});
export type EnvelopeIdentifier = z.infer<typeof EnvelopeIdentifier>;
