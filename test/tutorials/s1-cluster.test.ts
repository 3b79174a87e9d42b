import { playDocument } from "./play-document.js";

const FINISHED =
  "printed after the run has finished, where Stop changes nothing; seen at line 537, in mid-run";

playDocument({
  document: "S1",
  scope: "cluster",
  // Long enough to stop the run while it waits, as the document shows it.
  shortWait: "10s",
  notes: [
    {
      line: 537,
      reason: "Stop is printed after the run, but what it shows is a run stopped in its TimedWait",
      alsoPlay: [873, 879, 892, 528],
    },
    { line: 879, reason: FINISHED, unseen: true },
    { line: 892, reason: FINISHED, unseen: true },
  ],
});
