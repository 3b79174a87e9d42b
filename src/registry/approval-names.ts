import type { KubeObject } from "../api/meta.js";
import { approvalRequestName, PLACEMENT_GROUP, type TaskPosition } from "../api/names.js";
import type { ObjectStore } from "../storage/object-store.js";
import { stringAt } from "./fields.js";

/**
 * The approval request that an older spelling of its name stands for: `<run>-<stage>` (the one after the stage, or else
 * the one before), `<run>-<stage>-before` or `<run>-<stage>-after`. Nothing when several runs or stages would fit.
 */
export async function resolveApprovalName(
  resource: string,
  name: string,
  namespace: string | undefined,
  store: ObjectStore,
): Promise<string | undefined> {
  const { items } = await store.list({ group: PLACEMENT_GROUP, resource, namespace });
  return approvalNamed(name, items);
}

/** The pure part of `resolveApprovalName`. */
export function approvalNamed(
  spelling: string,
  requests: readonly KubeObject[],
): string | undefined {
  const fitting = requests.filter((request) => spellingsOf(request).includes(spelling));
  const after = fitting.filter((request) => positionOf(request) === "after");
  const candidates = after.length > 0 ? after : fitting;
  const [only, ...others] = candidates;
  return only && others.length === 0 && sameTarget(fitting) ? only.metadata.name : undefined;
}

function spellingsOf(request: KubeObject): readonly string[] {
  const { run, stage } = targetOf(request);
  const position = positionOf(request);
  return position ? [`${run}-${stage}`, `${run}-${stage}-${position}`] : [];
}

function positionOf(request: KubeObject): TaskPosition | undefined {
  const { run, stage } = targetOf(request);
  const positions: readonly TaskPosition[] = ["before", "after"];
  return positions.find(
    (position) => request.metadata.name === approvalRequestName(run, position, stage),
  );
}

function targetOf(request: KubeObject): { readonly run: string; readonly stage: string } {
  return {
    run: stringAt(request, "spec", "parentStageRollout") ?? "",
    stage: stringAt(request, "spec", "targetStage") ?? "",
  };
}

function sameTarget(requests: readonly KubeObject[]): boolean {
  return new Set(requests.map((request) => JSON.stringify(targetOf(request)))).size <= 1;
}
