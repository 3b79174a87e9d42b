/** Stages of all documents that ask for approval. */
const STAGES = ["canary", "prod-clusters"];

/**
 * The name that is printed for an approval request, from any of the documents' spellings: they put the stage before the
 * task, or leave the task out when it comes after the stage.
 */
export function printedApprovalName(documented: string): string {
  for (const stage of STAGES) {
    const older = new RegExp(`^(.+)-${stage}(?:-(before|after))?$`).exec(documented);
    const [, run, task = "after"] = older ?? [];
    if (run !== undefined && !/-(before|after)$/.test(run)) return `${run}-${task}-${stage}`;
  }
  return documented;
}
