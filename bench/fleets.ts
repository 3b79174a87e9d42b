import { CLUSTER_GROUP } from "../src/api/names.js";
import { mapInParallel } from "../src/storage/map-in-parallel.js";
import type { BenchApp } from "./bench-app.js";
import { milliseconds, type Note } from "./figures.js";
import { watchProcess } from "./process-use.js";
import { PATHS, STAGE_LABEL } from "./rollout-objects.js";
import {
  beginRun,
  FLEET_LABEL,
  LARGE_SHAPE,
  placeNamespace,
  type SizedStage,
  untilSucceeded,
} from "./staged-rollout.js";

/** API servers that stand behind all members: ten thousand processes would measure the machine. */
export const SERVERS = 100;

const SIZES = [100, 1000, 10_000];
const WITHIN_MS = 30 * 60_000;
/** A look at ten thousand clusters takes the app a while itself. */
const LOOK_MS = 2000;
const REGISTERED_AT_A_TIME = 50;
const MEBIBYTE = 1024 * 1024;

/** One run over fleets of growing size: what a member's update takes, and whether memory stays flat. */
export async function measureFleets(app: BenchApp, note: Note): Promise<void> {
  for (const size of SIZES) await registerFleet(app, size);
  let first: number | undefined;
  for (const size of SIZES) {
    const perMember = await measureFleet(app, size, note);
    first ??= perMember;
    note(`${size} members, time per member against ${SIZES[0]}`, perMember / first, "ratio");
  }
}

async function registerFleet({ hub }: BenchApp, size: number): Promise<void> {
  const labels = stagesOf(size).flatMap(({ name, members }) =>
    Array.from({ length: members }, () => ({
      [FLEET_LABEL]: fleetName(size),
      [STAGE_LABEL]: name,
    })),
  );
  await mapInParallel([...labels.entries()], REGISTERED_AT_A_TIME, ([index, own]) =>
    hub.create(PATHS.members, {
      apiVersion: `${CLUSTER_GROUP}/v1beta1`,
      kind: "MemberCluster",
      metadata: { name: `${fleetName(size)}-${index}`, labels: own },
      spec: { kubeconfig: { context: `member${(index % SERVERS) + 1}` } },
    }),
  );
}

/** @returns milliseconds per member */
async function measureFleet(app: BenchApp, size: number, note: Note): Promise<number> {
  const { hub, operations } = app;
  const name = fleetName(size);
  const scheduling = await milliseconds(() => placeNamespace(hub, name, stagesOf(size), name));
  note(`${size} members, until scheduled`, scheduling / 1000, "s");
  operations.take();
  const used = watchProcess();
  const time = await milliseconds(async () => {
    await untilSucceeded(hub, await beginRun(hub, name, name), WITHIN_MS, LOOK_MS);
  });
  const object = JSON.stringify(await hub.get(`${PATHS.runs}/${name}`));
  note(`${size} members, from creation to Succeeded`, time / 1000, "s");
  note(`${size} members, storage operations per member`, operations.take() / size, "operations");
  const { cpuMs, memoryMiB } = used();
  note(`${size} members, processor time of app and host each`, cpuMs / size, "ms");
  note(`${size} members, memory of app and host, at most`, memoryMiB, "MiB");
  note(`${size} members, the run as served`, object.length / MEBIBYTE, "MiB");
  return time / size;
}

function fleetName(size: number): string {
  return `bench-${size}`;
}

function stagesOf(size: number): readonly SizedStage[] {
  return LARGE_SHAPE.map((stage) => ({ ...stage, members: (stage.members * size) / 100 }));
}
