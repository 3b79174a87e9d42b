import type { HubClient } from "../local/hub-client.js";
import {
  configMapObject,
  namespaceObject,
  PATHS,
  placementObject,
  runObject,
  STAGE_LABEL,
  type StageShape,
  strategyObject,
} from "./rollout-objects.js";
import { untilCondition } from "./until-condition.js";

const SCHEDULED = { type: "ClusterResourcePlacementScheduled", status: "True" } as const;
const SCHEDULED_WITHIN_MS = 300_000;

/** A stage and how many members it has. */
export interface SizedStage extends StageShape {
  readonly members: number;
}

/**
 * The shape of the update run in KubeFleet's performance test, whose median there is 95 s from creation to Succeeded.
 * Source: KubeFleet, staged update run performance figures.
 */
export const LARGE_SHAPE: readonly SizedStage[] = [
  { name: "first", members: 20, maxConcurrency: "50%" },
  { name: "second", members: 30, maxConcurrency: "50%" },
  { name: "third", members: 50, maxConcurrency: "50%" },
];

/** The label by which a placement picks the members of one fleet. */
export const FLEET_LABEL = "bench-fleet";

/** Sorts the members into the stages, and places a namespace with a config map on all of them. */
export async function prepareRollout(
  hub: HubClient,
  name: string,
  stages: readonly SizedStage[],
): Promise<void> {
  await sortMembers(hub, stages);
  await placeNamespace(hub, name, stages);
}

/** Labels the members so that each stage gets as many as it wants. */
export async function sortMembers(hub: HubClient, stages: readonly SizedStage[]): Promise<void> {
  const labels = stages.flatMap((stage) => Array.from({ length: stage.members }, () => stage.name));
  for (const [index, stage] of labels.entries()) {
    const patch = { metadata: { labels: { [STAGE_LABEL]: stage } } };
    await hub.mergePatch(`${PATHS.members}/member${index + 1}`, patch);
  }
}

/** Makes a namespace with a config map, its placement on all members or on a fleet, and a strategy with those stages. */
export async function placeNamespace(
  hub: HubClient,
  name: string,
  stages: readonly SizedStage[],
  fleet?: string,
): Promise<void> {
  await hub.create("/api/v1/namespaces", namespaceObject(name));
  await hub.create(`/api/v1/namespaces/${name}/configmaps`, configMapObject("settings", "v1"));
  const shapes = stages.map(({ members: _, ...shape }) => shape);
  await hub.create(PATHS.strategies, strategyObject(name, shapes));
  await hub.create(
    PATHS.placements,
    placementObject(name, fleet === undefined ? undefined : { [FLEET_LABEL]: fleet }),
  );
  await untilCondition(hub, `${PATHS.placements}/${name}`, SCHEDULED, SCHEDULED_WITHIN_MS);
}

/** Begins a run of what `prepareRollout` made. Returns its path. */
export async function beginRun(hub: HubClient, run: string, name: string): Promise<string> {
  await hub.create(PATHS.runs, runObject(run, name, name));
  return `${PATHS.runs}/${run}`;
}

/** Waits until the run has succeeded. @throws Error when it fails or takes too long */
export async function untilSucceeded(
  hub: HubClient,
  run: string,
  withinMs: number,
  lookMs?: number,
): Promise<void> {
  await untilCondition(hub, run, { type: "Succeeded", status: "True" }, withinMs, lookMs);
}
