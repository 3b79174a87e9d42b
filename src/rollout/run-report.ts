import { z } from "zod";

const ReportedStage = z.object({
  name: z.string().describe("The stage; the last one cleans up clusters that are picked no more."),
  state: z
    .enum(["Pending", "Running", "Waiting", "Stopping", "Stopped", "Succeeded", "Failed"])
    .describe("How far the stage is."),
  done: z.number().int().describe("Clusters that are updated, or need no update any more."),
  total: z.number().int().describe("Clusters in the stage."),
});

/** How far an update run is, in the words of people and scripts rather than of conditions. */
export const RunReport = z.object({
  name: z.string().describe("The update run."),
  namespace: z.string().describe("Its namespace; absent for cluster-scoped runs.").optional(),
  placement: z.string().describe("The placement that is rolled out."),
  resourceSnapshotIndex: z
    .string()
    .describe("Index of the resource snapshot; absent before it is chosen.")
    .optional(),
  state: z
    .enum([
      "Initializing",
      "Initialized",
      "Running",
      "Waiting",
      "Stuck",
      "Stopping",
      "Stopped",
      "Succeeded",
      "Failed",
    ])
    .describe("Where the run stands."),
  finished: z.boolean().describe("Whether nothing will change any more."),
  since: z.string().describe("Since when it stands there (RFC 3339).").optional(),
  message: z.string().describe("The run's own sentence about it.").optional(),
  failureType: z
    .enum(["user_error", "internal_error"])
    .describe("Who has to mend a run that is stuck or has failed; absent for others.")
    .optional(),
  stages: z.array(ReportedStage).describe("The stages in their order."),
  waitingFor: z
    .array(
      z.object({
        what: z.string().describe("What has to happen."),
        since: z.string().describe("Since when it is waited for (RFC 3339).").optional(),
        until: z.string().describe("When it happens by itself (RFC 3339).").optional(),
        message: z.string().describe("What is known about it.").optional(),
        unblockedBy: z.string().describe("What would end the wait.").optional(),
      }),
    )
    .describe("Everything the run waits for."),
  failed: z
    .array(
      z.object({
        cluster: z.string().describe("The member cluster."),
        stage: z.string().describe("Its stage."),
        message: z.string().describe("Why its update failed."),
      }),
    )
    .describe("Clusters whose update failed."),
  leftOut: z
    .array(z.string())
    .describe("Clusters that joined too late for the run: the next one updates them.")
    .optional(),
});
export type RunReport = z.infer<typeof RunReport>;
