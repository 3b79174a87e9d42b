import { it } from "vitest";
import { CONTAINER_NAME, withContainerName } from "./evident-meaning.js";
import { playDocument } from "./play-document.js";
import { expectWebApp } from "./web-app.js";

const STRATEGY = `apiVersion: placement.kubernetes-fleet.io/v1beta1
kind: StagedUpdateStrategy
metadata:
  name: app-rollout-strategy
  namespace: my-app-namespace
spec:
  stages:
    - name: dev-clusters
      labelSelector:
        matchLabels:
          environment: staging
      afterStageTasks:
        - type: TimedWait
          waitTime: 30s
    - name: prod-clusters
      labelSelector:
        matchLabels:
          environment: canary
      sortingLabelKey: order
      afterStageTasks:
        - type: Approval`;

const run = (name: string, index: string) => `apiVersion: placement.kubernetes-fleet.io/v1beta1
kind: StagedUpdateRun
metadata:
  name: ${name}
  namespace: my-app-namespace
spec:
  placementName: web-app-placement
  resourceSnapshotIndex: ${index}
  stagedRolloutStrategyName: app-rollout-strategy`;

playDocument(
  {
    document: "S2",
    scope: "namespace",
    indentedLike: ["S4"],
    indented: [
      STRATEGY,
      run("web-app-rollout-v1-21", '"1" # Latest snapshot with nginx:1.21'),
      run("web-app-rollback-v1-20", '"0" # Previous snapshot with nginx:1.20'),
    ],
    notes: [
      { line: 519, reason: CONTAINER_NAME, meaning: withContainerName },
      {
        line: 565,
        reason: "the document does not show what it describes",
        until: /Stage Name:\s+dev-clusters/,
      },
      {
        line: 567,
        reason: '"Wait for the first stage to complete, then check for approval requests"',
        until: /web-app-rollout-v1-21-after-prod-clusters/,
      },
      { line: 573, reason: '"Verify the rollout completion"', until: /True +False +True/ },
      {
        line: 574,
        reason: "completion means that the placement is available, too",
        until: /True +1 +True +1/,
        check: (shell) => expectWebApp(shell, "nginx:1.21"),
      },
      {
        line: 577,
        reason: '"Follow the same monitoring and approval process as above"',
        alsoPlay: [567, 569, 573],
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
  },
);
