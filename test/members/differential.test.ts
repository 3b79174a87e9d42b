import { dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../../local/ports.js";
import { ensureBinaries } from "../envtest/binaries.js";
import { type Member, startMember } from "../envtest/member.js";
import { KUBECTL, type Shell } from "../support/kubectl.js";
import {
  removeDataDir,
  type Stagecoach,
  startStagecoach,
  temporaryDirectory,
} from "../support/stagecoach-process.js";
import { compare } from "./differential/comparison.js";
import type { Step } from "./differential/scene.js";
import { SCRIPT } from "./differential/script.js";
import { runStep, shellWithDocuments } from "./differential/sides.js";
import { DIFFERENCES, type Difference } from "./differential-differences.js";
import { installDefinitions } from "./installed-definitions.js";

const { kubectl } = await ensureBinaries();

/** The one that comes with the real API server, and the one people have here. */
const KUBECTLS = [
  { version: "of the real server's version", path: `${dirname(kubectl)}:${process.env.PATH}` },
  ...(KUBECTL ? [{ version: "on the PATH", path: undefined }] : []),
];

const SCENE_MS = 180_000;

describe("the hub and a real API server with the same kinds", () => {
  const dataDir = `${temporaryDirectory("differential")}/data`;
  let real: Member;
  let hub: Stagecoach;

  beforeAll(async () => {
    // Only what finishes deletions: on the hub nothing acts upon workloads either.
    const controllers = ["namespace-controller", "garbage-collector-controller"];
    real = await startMember("differential", { controllers });
    await installDefinitions(real.connection);
    hub = await startStagecoach({
      dataDir,
      port: await freePort(),
      arguments: ["--members", "0"],
    });
  }, SCENE_MS);

  afterAll(async () => {
    await hub?.interrupt();
    await removeDataDir(dataDir);
    await real?.stop();
  });

  describe.each(KUBECTLS)("are the same to the kubectl $version, except as listed:", ({ path }) => {
    const seen = new Set<Difference>();
    const shells: { real?: Shell; hub?: Shell } = {};

    beforeAll(() => {
      shells.real = shellWithDocuments(real.kubeconfigPath, path);
      shells.hub = shellWithDocuments(hub.kubeconfig, path);
    });

    it.each(SCRIPT)(
      "$name",
      async ({ steps }) => {
        const unlisted: unknown[] = [];
        for (const step of steps) {
          const found = await differenceOf(step);
          if (!found) continue;
          const listed = DIFFERENCES.find((known) => isSame(known, found));
          if (listed) seen.add(listed);
          else unlisted.push(found);
        }
        expect(unlisted).toEqual([]);
      },
      SCENE_MS,
    );

    it("the list holds nothing that does not happen", () => {
      const kept = DIFFERENCES.filter((known) => !seen.has(known) && known.sometimes !== true);
      expect(kept).toEqual([]);
    });

    async function differenceOf(step: Step) {
      const { real: realShell, hub: hubShell } = shells;
      if (!realShell || !hubShell) throw new Error("the shells are made before the scenes");
      const [ofReal, ofHub] = await Promise.all([
        runStep(realShell, step),
        runStep(hubShell, step),
      ]);
      const lines = compare(ofReal, ofHub, typeof step === "string");
      if (lines.real.length === 0 && lines.hub.length === 0) return undefined;
      return { command: typeof step === "string" ? step : step.watch, ...lines };
    }
  });
});

function isSame(known: Difference, found: Pick<Difference, "command" | "real" | "hub">): boolean {
  const text = ({ command, real, hub }: typeof found) => JSON.stringify([command, real, hub]);
  return text(known) === text(found);
}
