import { z } from "zod";

const Names = z.object({
  count: z.number().int().describe("How many there are."),
  names: z.array(z.string()).describe("The first of them, by name.").optional(),
});
export type Names = z.infer<typeof Names>;

/** What approving brings to the clusters that have one snapshot at present. */
export const SnapshotChange = z.object({
  from: z
    .string()
    .describe("Index of the snapshot that the clusters have; absent when they have none.")
    .optional(),
  to: z.string().describe("Index of the snapshot that they get."),
  clusters: z.number().int().describe("How many clusters to come have it."),
  added: Names.describe("Objects that are new.").optional(),
  changed: Names.describe("Objects that are different.").optional(),
  removed: Names.describe("Objects that go.").optional(),
  unchanged: z.number().int().describe("How many objects stay the same.").optional(),
  unknown: z.string().describe("Why it is not known what differs.").optional(),
});
export type SnapshotChange = z.infer<typeof SnapshotChange>;

/** What whoever approves wants to know; written by the server, and anew while the run waits. */
export const ApprovalSummary = z.object({
  progress: z.string().describe("Clusters done, of all: 1/3."),
  clustersDone: Names.describe("Clusters that the run is done with."),
  clustersToCome: Names.describe("Clusters that are still to be updated."),
  clustersToRemove: Names.describe("Clusters that lose the placement at the end.").optional(),
  changes: z
    .array(SnapshotChange)
    .describe("What the clusters to come get, by the snapshot that they have now.")
    .optional(),
  stages: z
    .array(
      z.object({
        name: z.string().describe("The stage."),
        available: z
          .string()
          .describe("Clusters on which the placed objects work, of those done: 2/2."),
        notAvailable: Names.describe("The clusters on which they do not.").optional(),
      }),
    )
    .describe("How the stages are that the run has worked on.")
    .optional(),
});
export type ApprovalSummary = z.infer<typeof ApprovalSummary>;
