import { tmpdir } from "node:os";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../../local/ports.js";
import { documentCommands } from "../support/document-commands.js";
import { KUBECTL, Shell } from "../support/kubectl.js";
import {
  removeDataDir,
  type Stagecoach,
  startStagecoach,
  temporaryDirectory,
} from "../support/stagecoach-process.js";

const tutorial = documentCommands("README.md", "## The tutorial in short");
const APPROVAL = "approval of ClusterApprovalRequest example-run-after-canary";

/** Commands while the run waits for its approval, by what they begin with, and what they then show. */
const WHILE_WAITING: readonly (readonly [command: string, shown: string])[] = [
  ["kubectl get csur -o wide", APPROVAL],
  ["kubectl describe csur example-run", APPROVAL],
  ["kubectl events --for", "StageSucceeded"],
  ["kubectl describe clusterapprovalrequest", "Clusters Done"],
  ["kubectl patch csur", "patched"],
  ["kubectl patch csur", "patched"],
  ["kubectl describe crp", "SchedulingPolicyFulfilled"],
  ["kubectl get clusterresourcesnapshots", "resource-index=0"],
  ["kubectl get memberclusters", "environment=staging"],
  ["kubectl label membercluster", "labeled"],
  ["kubectl get --raw", '"name":"example-run"'],
];
const everyday = documentCommands("README.md", "## Every day");

/** Sections whose commands all print this. */
const ALIKE: readonly (readonly [file: string, heading: string, shown: string])[] = [
  ["README.md", "## When a cluster fails", "annotated"],
  ["docs/operations.md", "## When a cluster fails", "annotated"],
  ["docs/operations.md", "## While a stage soaks", "annotated"],
  ["docs/placements.md", "## Clusters that differ", "created"],
  ["docs/placements.md", "## Envelopes", "created"],
];

const dataDir = temporaryDirectory("readme-kubectl");
let stagecoach: Stagecoach;
let shell: Shell;

function until(command: string, shown: string): Promise<void> {
  return expect.poll(() => shell.print(command), { timeout: 60_000 }).toContain(shown);
}

function tryCommands(): void {
  beforeAll(async () => {
    stagecoach = await startStagecoach({ dataDir, port: await freePort() });
    shell = new Shell(stagecoach.kubeconfig, tmpdir());
  }, 90_000);

  afterAll(async () => {
    await stagecoach?.interrupt();
    await removeDataDir(dataDir);
  });

  it("bring the tutorial to its approval", async () => {
    const approve = tutorial.findIndex((command) => command.startsWith("kubectl patch"));
    for (const command of tutorial.slice(0, approve)) {
      if (command.includes("kind: ClusterStagedUpdateRun"))
        await until("kubectl get clusterresourcesnapshots", "example-placement-0-snapshot");
      // A watch goes on until Ctrl-C.
      await shell.print(command.replace(/ -w$/, ""));
    }
    await until("kubectl get csur -o wide", APPROVAL);
  }, 120_000);

  it("are all tried", () => {
    expect(everyday).toHaveLength(WHILE_WAITING.length);
  });

  it.each(WHILE_WAITING.map(([begin, shown], index) => ({ line: everyday[index], begin, shown })))(
    "every day: $line",
    async ({ line = "", begin, shown }) => {
      expect(line).toContain(begin);
      expect(await shell.print(line)).toContain(shown);
    },
  );

  it.each(ALIKE)("work: %s, %s", async (file, heading, shown) => {
    for (const command of documentCommands(file, heading)) {
      expect(await shell.print(command)).toContain(shown);
    }
  });

  it("approve, and the run succeeds", async () => {
    expect(await shell.print(tutorial.at(-1) ?? "")).toContain("patched");
    await shell.print("kubectl wait csur example-run --for=condition=Succeeded --timeout=60s");
    expect(await shell.print("kubectl --context member1 get cm -A")).toContain("test-cm");
  }, 90_000);
}

if (KUBECTL) {
  describe("the kubectl commands of README and docs", tryCommands);
} else {
  it("cannot try the documents' kubectl commands: kubectl is not on this machine", () => {
    expect(tutorial.length).toBeGreaterThan(0);
  });
}
