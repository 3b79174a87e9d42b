import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../../local/ports.js";
import { KUBECTL, Shell } from "../support/kubectl.js";
import {
  removeDataDir,
  type Stagecoach,
  startStagecoach,
  temporaryDirectory,
} from "../support/stagecoach-process.js";
import { cleanUp, editWorkload, placeWorkload, rollBack, rollOut, type Stage } from "./play-s0.js";

if (!KUBECTL) {
  it("kubectl is not installed here: the tutorial S0 was not played", () => {
    expect(KUBECTL).toBeUndefined();
  });
}

describe.runIf(KUBECTL)("the tutorial S0, with kubectl and simulated members", () => {
  const directory = temporaryDirectory("s0");
  let stagecoach: Stagecoach;
  let stage: Stage;

  beforeAll(async () => {
    stagecoach = await startStagecoach({ dataDir: `${directory}/data`, port: await freePort() });
    stage = {
      shell: new Shell(stagecoach.kubeconfig, directory),
      directory,
      waitTime: "2s",
      patienceMs: 10_000,
    };
  }, 90_000);

  afterAll(async () => {
    await stagecoach?.interrupt();
    await removeDataDir(`${directory}/data`);
  });

  it("places a namespace on all members without touching them", () => placeWorkload(stage), 60_000);

  it("makes a second snapshot after an edit", () => editWorkload(stage), 60_000);

  it("rolls out stage by stage with a wait and an approval", () => rollOut(stage), 60_000);

  it("rolls back to the first snapshot", () => rollBack(stage), 60_000);

  it("cleans up on the hub and on the members", () => cleanUp(stage), 90_000);
});
