import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { parse } from "yaml";
import { parseTable, type Shell } from "../support/kubectl.js";
import { APPROVAL_HEREDOC, PLACEMENT, runManifest, STRATEGY } from "./s0-manifests.js";
import { LATEST_SNAPSHOT, snapshotRow } from "./s0-snapshots.js";
import { checkWaitingRun } from "./s0-waiting-run.js";

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
  expect(parse(yaml)).toEqual(LATEST_SNAPSHOT);
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
