import { expect, it } from "vitest";
import { UNQUOTED, withQuotes } from "./evident-meaning.js";
import { playDocument } from "./play-document.js";

const FLAT = "this status has lost its indentation, and no other document has the same lines";

playDocument(
  {
    document: "S2",
    scope: "cluster",
    indentedLike: ["S0", "S4"],
    notes: [
      {
        line: 139,
        reason: FLAT,
        unseen: true,
        until: /clusterName: member2[\s\S]*stageName: canary/,
      },
      { line: 266, reason: UNQUOTED, meaning: withQuotes },
      {
        line: 302,
        reason: '"Following the same step as deploying the first updateRun": its approval',
        alsoPlay: [262, 266, 285],
        renamed: ["example-run", "example-run-2"],
      },
      {
        line: 313,
        reason: FLAT,
        unseen: true,
        until: /reason: UpdateRunSucceeded\n\s+status: "True"/,
      },
    ],
  },
  (shell) => {
    it("gets no JSON from a patch without quotes, and refuses it", async () => {
      const patch = '{"status":{"conditions":[{"type":"Approved","status":"True"}]}}';
      const refused = await shell().run(
        `kubectl patch clusterapprovalrequests example-run-canary --type=merge -p ${patch} --subresource=status`,
      );
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain("BadRequest");
      expect(refused.stderr).not.toContain("InternalError");
    });
  },
);
