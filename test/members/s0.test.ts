import { afterAll, beforeAll, describe, it } from "vitest";
import { freePort } from "../../local/ports.js";
import { Shell } from "../support/kubectl.js";
import { type RealMembers, startRealMembers, TUTORIAL_LABELS } from "../support/real-members.js";
import {
  removeDataDir,
  type Stagecoach,
  startStagecoach,
  temporaryDirectory,
} from "../support/stagecoach-process.js";
import {
  cleanUp,
  editWorkload,
  placeWorkload,
  rollBack,
  rollOut,
  type Stage,
} from "../tutorials/play-s0.js";

describe("the tutorial S0, with kubectl and three real API servers", () => {
  const directory = temporaryDirectory("s0-real");
  let members: RealMembers;
  let stagecoach: Stagecoach;
  let stage: Stage;

  beforeAll(async () => {
    members = await startRealMembers();
    stagecoach = await startStagecoach({
      dataDir: `${directory}/data`,
      port: await freePort(),
      arguments: members.arguments,
    });
    const shell = new Shell(stagecoach.kubeconfig, directory);
    for (const [name, labels] of Object.entries(TUTORIAL_LABELS)) {
      await shell.print(`kubectl label membercluster ${name} ${labels} --overwrite`);
    }
    stage = { shell, directory, waitTime: "1m", patienceMs: 75_000 };
  }, 180_000);

  afterAll(async () => {
    await stagecoach?.interrupt();
    await removeDataDir(`${directory}/data`);
    await members?.stop();
  });

  it("places a namespace on all members without touching them", () => placeWorkload(stage), 60_000);

  it("makes a second snapshot after an edit", () => editWorkload(stage), 60_000);

  it("rolls out with the document's own wait and an approval", () => rollOut(stage), 120_000);

  it("rolls back to the first snapshot", () => rollBack(stage), 120_000);

  it("cleans up on the hub and on the members", () => cleanUp(stage), 90_000);
});
