import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { parse } from "yaml";
import { parseTable, type Shell } from "../support/kubectl.js";

/** What differs between the places where the tutorial is played. */
export interface Stage {
  readonly shell: Shell;
  readonly directory: string;
  /** The document says 1m; tests may shorten it. */
  readonly waitTime: string;
  /** How long a run may take besides that wait. */
  readonly patienceMs: number;
}

const MEMBERS = ["member1", "member2", "member3"];

/** The published columns; ours has PROGRESSING as well, as the newest KubeFleet prints. */
const RUN_COLUMNS = [
  "NAME",
  "PLACEMENT",
  "RESOURCE-SNAPSHOT-INDEX",
  "POLICY-SNAPSHOT-INDEX",
  "INITIALIZED",
  "PROGRESSING",
  "SUCCEEDED",
  "AGE",
];

/** Puts the workload on the hub and places it: the document up to "Verify the placement is scheduled". */
export async function placeWorkload({ shell }: Stage): Promise<void> {
  expect(await shell.print("kubectl create ns test-namespace")).toBe(
    "namespace/test-namespace created\n",
  );
  expect(
    await shell.print("kubectl create cm test-cm --from-literal=key=value1 -n test-namespace"),
  ).toBe("configmap/test-cm created\n");
  expect(await shell.apply(PLACEMENT)).toBe(
    "clusterresourceplacement.placement.kubernetes-fleet.io/example-placement created\n",
  );
  await expect
    .poll(async () => parseTable(await shell.print("kubectl get crp example-placement")), {
      timeout: 5000,
    })
    .toEqual([
      {
        NAME: "example-placement",
        GEN: "1",
        SCHEDULED: "True",
        "SCHEDULED-GEN": "1",
        AVAILABLE: "",
        "AVAILABLE-GEN": "",
        AGE: expect.stringMatching(/^\d+s$/),
      },
    ]);
  for (const member of MEMBERS) {
    const got = await shell.run(`kubectl --context ${member} get ns test-namespace`);
    expect(got.stderr).toBe(
      'Error from server (NotFound): namespaces "test-namespace" not found\n',
    );
  }
}

/** "Work with resource snapshots". */
export async function editWorkload({ shell }: Stage): Promise<void> {
  const list = "kubectl get clusterresourcesnapshots --show-labels";
  await expect
    .poll(async () => parseTable(await shell.print(list)), { timeout: 5000 })
    .toEqual([snapshotRow(0, true)]);
  expect(
    await shell.print(
      'KUBE_EDITOR="sed -i s/value1/value2/" kubectl edit cm test-cm -n test-namespace',
    ),
  ).toBe("configmap/test-cm edited\n");
  expect(
    parse(await shell.print("kubectl get configmap test-cm -n test-namespace -o yaml")),
  ).toMatchObject({
    apiVersion: "v1",
    data: { key: "value2" },
    kind: "ConfigMap",
    metadata: { name: "test-cm", namespace: "test-namespace" },
  });
  await expect
    .poll(async () => parseTable(await shell.print(list)), { timeout: 3500 })
    .toEqual([snapshotRow(0, false), snapshotRow(1, true)]);
  const yaml = await shell.print(
    "kubectl get clusterresourcesnapshots example-placement-1-snapshot -o yaml",
  );
  const snapshot = parse(yaml);
  expect(snapshot).toEqual({
    apiVersion: "placement.kubernetes-fleet.io/v1",
    kind: "ClusterResourceSnapshot",
    metadata: {
      annotations: {
        "kubernetes-fleet.io/number-of-enveloped-object": "0",
        "kubernetes-fleet.io/number-of-resource-snapshots": "1",
        "kubernetes-fleet.io/resource-hash":
          "10dd7a3d1e5f9849afe956cfbac080a60671ad771e9bda7dd34415f867c75648",
      },
      creationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      generation: 1,
      labels: {
        "kubernetes-fleet.io/is-latest-snapshot": "true",
        "kubernetes-fleet.io/parent-CRP": "example-placement",
        "kubernetes-fleet.io/resource-index": "1",
      },
      name: "example-placement-1-snapshot",
      ownerReferences: [
        {
          apiVersion: "placement.kubernetes-fleet.io/v1beta1",
          blockOwnerDeletion: true,
          controller: true,
          kind: "ClusterResourcePlacement",
          name: "example-placement",
          uid: expect.any(String),
        },
      ],
      resourceVersion: expect.any(String),
      uid: expect.any(String),
    },
    spec: { selectedResources: selectedResources("value2") },
  });
}

/** "Deploy a ClusterStagedUpdateRun to roll out latest change", up to the finished run. */
export async function rollOut(stage: Stage): Promise<void> {
  const { shell } = stage;
  await shell.apply(STRATEGY.replace("waitTime: 1m", `waitTime: ${stage.waitTime}`));
  await shell.apply(runManifest("example-run", "1"));
  await expect
    .poll(async () => runRow(stage, "example-run"), { timeout: 5000 })
    .toMatchObject({
      PLACEMENT: "example-placement",
      "RESOURCE-SNAPSHOT-INDEX": "1",
      "POLICY-SNAPSHOT-INDEX": "0",
      INITIALIZED: "True",
      SUCCEEDED: "",
    });
  await awaitApprovalRequest(stage, "example-run");
  checkWaitingRun(parse(await shell.print("kubectl get csur example-run -o yaml")), stage.waitTime);
  for (const member of MEMBERS) await expectOnMember(stage, member, "value2");

  writeFileSync(join(stage.directory, "make-approval.sh"), APPROVAL_HEREDOC);
  await shell.print("bash make-approval.sh");
  await approve(stage, "example-run");
  await expectSucceeded(stage, "example-run");
  await expect
    .poll(async () => parseTable(await shell.print("kubectl get crp example-placement")), {
      timeout: 5000,
    })
    .toMatchObject([
      {
        GEN: "1",
        SCHEDULED: "True",
        "SCHEDULED-GEN": "1",
        AVAILABLE: "True",
        "AVAILABLE-GEN": "1",
      },
    ]);
}

/** "Deploy a second ClusterStagedUpdateRun to roll back to a previous version". */
export async function rollBack(stage: Stage): Promise<void> {
  const { shell } = stage;
  await shell.apply(runManifest("example-run-2", "0"));
  await expect
    .poll(async () => parseTable(await shell.print("kubectl get csur")), { timeout: 5000 })
    .toMatchObject([
      { NAME: "example-run", "RESOURCE-SNAPSHOT-INDEX": "1", SUCCEEDED: "True" },
      { NAME: "example-run-2", "RESOURCE-SNAPSHOT-INDEX": "0", INITIALIZED: "True", SUCCEEDED: "" },
    ]);
  await awaitApprovalRequest(stage, "example-run-2");
  await approve(stage, "example-run-2");
  await expectSucceeded(stage, "example-run-2");
  for (const member of MEMBERS) await expectOnMember(stage, member, "value1");
}

/** "Clean up resources". */
export async function cleanUp({ shell }: Stage): Promise<void> {
  expect(await shell.print("kubectl delete csur example-run example-run-2")).toBe(
    [
      'clusterstagedupdaterun.placement.kubernetes-fleet.io "example-run" deleted\n',
      'clusterstagedupdaterun.placement.kubernetes-fleet.io "example-run-2" deleted\n',
    ].join(""),
  );
  await shell.print("kubectl delete csus example-strategy");
  await shell.print("kubectl delete crp example-placement");
  await shell.print("kubectl delete namespace test-namespace");
  expect((await shell.run("kubectl get fleet")).stdout).not.toContain("example");
  for (const member of MEMBERS) {
    await expect
      .poll(
        async () => (await shell.run(`kubectl --context ${member} get ns test-namespace`)).stderr,
        {
          timeout: 20_000,
        },
      )
      .toContain("NotFound");
  }
}

async function approve({ shell }: Stage, run: string): Promise<void> {
  await shell.print(
    `kubectl patch clusterapprovalrequests ${run}-canary --type='merge' --subresource=status --patch-file approval.json`,
  );
  await expect
    .poll(
      async () =>
        parseTable(await shell.print("kubectl get clusterapprovalrequest")).find(
          (row) => row["UPDATE-RUN"] === run,
        ),
      { timeout: 5000 },
    )
    .toMatchObject({ STAGE: "canary", APPROVED: "True", APPROVALACCEPTED: "True" });
}

async function awaitApprovalRequest(stage: Stage, run: string): Promise<void> {
  await expect
    .poll(
      async () =>
        parseTable(await stage.shell.print("kubectl get clusterapprovalrequest")).find(
          (row) => row["UPDATE-RUN"] === run,
        ),
      { timeout: stage.patienceMs, interval: 200 },
    )
    .toMatchObject({ NAME: `${run}-after-canary`, STAGE: "canary", APPROVED: "" });
}

async function expectSucceeded(stage: Stage, run: string): Promise<void> {
  await expect
    .poll(async () => runRow(stage, run), { timeout: 5000 })
    .toMatchObject({ INITIALIZED: "True", PROGRESSING: "False", SUCCEEDED: "True" });
}

async function runRow({ shell }: Stage, run: string): Promise<Record<string, string>> {
  const text = await shell.print(`kubectl get csur ${run}`);
  const row = parseTable(text)[0] ?? {};
  expect(Object.keys(row)).toEqual(RUN_COLUMNS);
  return row;
}

async function expectOnMember({ shell }: Stage, member: string, value: string): Promise<void> {
  const yaml = await shell.print(
    `kubectl --context ${member} get configmap test-cm -n test-namespace -o yaml`,
  );
  expect(parse(yaml)).toMatchObject({
    apiVersion: "v1",
    data: { key: value },
    kind: "ConfigMap",
    metadata: { name: "test-cm", namespace: "test-namespace" },
  });
}

/** The document's long status: reasons and messages as the newest KubeFleet writes them. */
function checkWaitingRun(run: Record<string, unknown>, waitTime: string): void {
  const condition = (type: string, status: string, reason: string, message: unknown) => ({
    lastTransitionTime: expect.any(String),
    message,
    observedGeneration: 1,
    reason,
    status,
    type,
  });
  const updated = [
    condition("Started", "True", "ClusterUpdatingStarted", "Cluster update started"),
    condition(
      "Succeeded",
      "True",
      "ClusterUpdatingSucceeded",
      "Cluster update completed successfully",
    ),
  ];
  expect(run).toMatchObject({
    spec: {
      placementName: "example-placement",
      resourceSnapshotIndex: "1",
      stagedRolloutStrategyName: "example-strategy",
    },
  });
  expect(run.status).toEqual({
    appliedStrategy: {
      comparisonOption: "PartialComparison",
      type: "ClientSideApply",
      whenToApply: "Always",
      whenToTakeOver: "Always",
    },
    conditions: [
      condition(
        "Initialized",
        "True",
        "UpdateRunInitializedSuccessfully",
        "The UpdateRun initialized successfully",
      ),
      condition(
        "Progressing",
        "False",
        "UpdateRunWaiting",
        expect.stringMatching(
          /^The updateRun is waiting for after-stage tasks in stage canary to complete: approval of ClusterApprovalRequest example-run-after-canary, requested at /,
        ),
      ),
    ],
    deletionStageStatus: { clusters: [], stageName: "kubernetes-fleet.io/deleteStage" },
    policyObservedClusterCount: 3,
    policySnapshotIndexUsed: "0",
    resourceSnapshotIndexUsed: "1",
    stagedUpdateStrategySnapshot: {
      stages: [
        {
          afterStageTasks: [{ type: "TimedWait", waitTime: waitTime === "1m" ? "1m0s" : waitTime }],
          labelSelector: { matchLabels: { environment: "staging" } },
          maxConcurrency: 1,
          name: "staging",
        },
        {
          afterStageTasks: [{ type: "Approval" }],
          labelSelector: { matchLabels: { environment: "canary" } },
          maxConcurrency: 1,
          name: "canary",
          sortingLabelKey: "order",
        },
      ],
    },
    stagesStatus: [
      {
        afterStageTaskStatus: [
          {
            conditions: [
              condition(
                "WaitTimeElapsed",
                "True",
                "AfterStageTaskWaitTimeElapsed",
                "Wait time elapsed",
              ),
            ],
            type: "TimedWait",
          },
        ],
        clusters: [{ clusterName: "member2", conditions: updated }],
        conditions: [
          condition(
            "Progressing",
            "False",
            "StageUpdatingSucceeded",
            "All clusters in the stage are updated and after-stage tasks are completed",
          ),
          condition(
            "Succeeded",
            "True",
            "StageUpdatingSucceeded",
            "Stage update completed successfully",
          ),
        ],
        endTime: expect.any(String),
        stageName: "staging",
        startTime: expect.any(String),
      },
      {
        afterStageTaskStatus: [
          {
            approvalRequestName: "example-run-after-canary",
            conditions: [
              condition(
                "ApprovalRequestCreated",
                "True",
                "StageTaskApprovalRequestCreated",
                "ApprovalRequest object is created",
              ),
            ],
            type: "Approval",
          },
        ],
        clusters: [
          { clusterName: "member3", conditions: updated },
          { clusterName: "member1", conditions: updated },
        ],
        conditions: [
          condition(
            "Progressing",
            "False",
            "StageUpdatingWaiting",
            "All clusters in the stage are updated, waiting for after-stage tasks to complete",
          ),
        ],
        stageName: "canary",
        startTime: expect.any(String),
      },
    ],
  });
}

function snapshotRow(index: number, latest: boolean): Record<string, unknown> {
  return {
    NAME: `example-placement-${index}-snapshot`,
    GEN: "1",
    AGE: expect.stringMatching(/^\d+s$/),
    LABELS: `kubernetes-fleet.io/is-latest-snapshot=${latest},kubernetes-fleet.io/parent-CRP=example-placement,kubernetes-fleet.io/resource-index=${index}`,
  };
}

function selectedResources(value: string): unknown[] {
  return [
    {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: {
        labels: { "kubernetes.io/metadata.name": "test-namespace" },
        name: "test-namespace",
      },
      spec: { finalizers: ["kubernetes"] },
    },
    {
      apiVersion: "v1",
      data: { key: value },
      kind: "ConfigMap",
      metadata: { name: "test-cm", namespace: "test-namespace" },
    },
  ];
}

const PLACEMENT = `apiVersion: placement.kubernetes-fleet.io/v1beta1
kind: ClusterResourcePlacement
metadata:
  name: example-placement
spec:
  resourceSelectors:
    - group: ""
      kind: Namespace
      name: test-namespace
      version: v1
  policy:
    placementType: PickAll
  strategy:
    type: External
`;

const STRATEGY = `apiVersion: placement.kubernetes-fleet.io/v1beta1
kind: ClusterStagedUpdateStrategy
metadata:
  name: example-strategy
spec:
  stages:
    - name: staging
      labelSelector:
        matchLabels:
          environment: staging
      afterStageTasks:
        - type: TimedWait
          waitTime: 1m
    - name: canary
      labelSelector:
        matchLabels:
          environment: canary
      sortingLabelKey: order
      afterStageTasks:
        - type: Approval
`;

const runManifest = (
  name: string,
  index: string,
) => `apiVersion: placement.kubernetes-fleet.io/v1beta1
kind: ClusterStagedUpdateRun
metadata:
  name: ${name}
spec:
  placementName: example-placement
  resourceSnapshotIndex: "${index}"
  stagedRolloutStrategyName: example-strategy
`;

const APPROVAL_HEREDOC = `cat << EOF > approval.json
"status": {
    "conditions": [
        {
            "lastTransitionTime": "$(date -u +%Y-%m-%dT%H:%M:%SZ)",
            "message": "lgtm",
            "observedGeneration": 1,
            "reason": "testPassed",
            "status": "True",
            "type": "Approved"
        }
    ]
}
EOF
`;
