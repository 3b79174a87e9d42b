import { expect, it } from "vitest";
import { parseTable } from "../support/kubectl.js";
import { UNQUOTED, withQuotes } from "./evident-meaning.js";
import { playDocument } from "./play-document.js";

playDocument(
  {
    document: "S4",
    scope: "cluster",
    shortWait: "5s",
    // Older versions left Progressing=True behind when something had finished.
    withoutConditions: ["Progressing"],
    notes: [
      {
        line: 188,
        reason:
          '"This allows you to review the computed stages": nothing shows them, so they are named here',
        until: /stageName: staging[\s\S]*clusterName: member3[\s\S]*clusterName: member1/,
      },
      {
        line: 198,
        reason:
          "the pause is printed after the run, but what it shows is a run paused in the middle",
        alsoPlay: [441, 446, 454],
      },
      {
        line: 205,
        reason:
          "not one moment of a run: canary is being updated there while its before-stage task is not yet approved",
        unseen: true,
      },
      { line: 350, reason: UNQUOTED, meaning: withQuotes },
      { line: 365, reason: UNQUOTED, meaning: withQuotes },
      {
        line: 432,
        reason: "the document does not show which one it was",
        until: /^1$/,
      },
      {
        line: 446,
        reason:
          "printed after the run has finished, where a pause changes nothing; seen at line 198",
        unseen: true,
      },
      {
        line: 464,
        reason: '"Following the same step as deploying the first updateRun": both approvals',
        alsoPlay: [343, 350, 358, 365],
        renamed: ["example-run", "example-run-2"],
      },
    ],
  },
  (shell) => {
    it("leaves the run on the latest snapshot waiting beside the rollback", async () => {
      const rows = parseTable(await shell().print("kubectl get csur"));
      expect(rows).toMatchObject([
        { NAME: "example-run", SUCCEEDED: "True" },
        { NAME: "example-run-2", "RESOURCE-SNAPSHOT-INDEX": "0", SUCCEEDED: "True" },
        { NAME: "example-run-latest", "RESOURCE-SNAPSHOT-INDEX": "1", SUCCEEDED: "" },
      ]);
    });
  },
);
