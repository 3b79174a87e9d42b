import { z } from "zod";
import { Conditions } from "./conditions.js";
import { ObjectMeta } from "./meta.js";

/** Discovery of the AKS clusters that have a tag: one object, which the app itself makes and keeps. */
export const MemberDiscovery = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: ObjectMeta,
  spec: z
    .object({
      fleet: z.string().describe("Value of the tag `fleet` that a cluster of this fleet has."),
    })
    .describe("Which clusters are looked for; the app setting STAGECOACH_FLEET decides it."),
  status: z
    .object({
      conditions: Conditions.describe("Whether clusters are visible.").optional(),
      requestTime: z.string().describe("When somebody last asked for a look.").optional(),
      lookTime: z.string().describe("When the clusters were last looked for.").optional(),
      clusters: z.number().int().describe("How many the last answer held.").optional(),
      missing: z
        .number()
        .int()
        .describe("Members whose cluster was not among them any more.")
        .optional(),
    })
    .describe("What the last look found.")
    .optional(),
});
export type MemberDiscovery = z.infer<typeof MemberDiscovery>;
export type MemberDiscoveryStatus = NonNullable<MemberDiscovery["status"]>;

/** The name of the one object. */
export const DISCOVERY_NAME = "aks";
