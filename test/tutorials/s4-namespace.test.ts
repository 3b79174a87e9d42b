import { expect, it } from "vitest";
import { parseTable } from "../support/kubectl.js";
import { CONTAINER_NAME, withContainerName } from "./evident-meaning.js";
import { playDocument } from "./play-document.js";
import { expectWebApp } from "./web-app.js";

playDocument(
  {
    document: "S4",
    scope: "namespace",
    notes: [
      { line: 720, reason: CONTAINER_NAME, meaning: withContainerName },
      {
        line: 786,
        reason: "the document does not show what it describes",
        until: /Stage Name:\s+dev-clusters/,
      },
      { line: 816, reason: '"Verify the rollout completion"', until: /True +False +True/ },
      {
        line: 817,
        reason: "completion means that the placement is available, too",
        until: /True +1 +True +1/,
        check: (shell) => expectWebApp(shell, "nginx:1.21"),
      },
      {
        line: 824,
        reason: '"Follow the same monitoring and approval process as above"',
        alsoPlay: [791, 798, 805, 809, 816],
        renamed: ["web-app-rollout-v1-21", "web-app-rollback-v1-20"],
      },
    ],
  },
  (shell) => {
    it(
      "leaves the earlier image on every member",
      () => expectWebApp(shell(), "nginx:1.20"),
      60_000,
    );

    it("has no part in refusing the container name: kubectl does not find it", async () => {
      const line = "kubectl set image deployment/web-app web-app=nginx:1.21 -n my-app-namespace";
      const refused = await shell().run(line);
      expect(refused).toMatchObject({
        code: 1,
        stderr: 'error: unable to find container named "web-app"\n',
      });
    });

    it("shows the Deployment as not ready on the hub, where nothing runs", async () => {
      const table = await shell().print("kubectl get deployment web-app -n my-app-namespace");
      expect(parseTable(table)).toMatchObject([{ NAME: "web-app", READY: "0/1", AVAILABLE: "0" }]);
    });
  },
);
