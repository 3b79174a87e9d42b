import type { KubeObject } from "../api/meta.js";
import { listAt, numberAt, stringAt, stringsIn } from "./fields.js";

/** One cell for what approving brings to each of the snapshots that clusters have: `0->2, 1->2`. */
export function changeTexts(request: KubeObject, text: (change: unknown) => string): string {
  return listAt(request, "status", "summary", "changes").map(text).join(", ");
}

/** `0->1`; clusters that have nothing yet come from `none`. */
export function snapshotText(change: unknown): string {
  return `${stringAt(change, "from") ?? "none"}->${stringAt(change, "to") ?? ""}`;
}

/** Objects added, changed and removed: `+1 ~2 -0`. */
export function objectsText(change: unknown): string {
  if (stringAt(change, "unknown") !== undefined) return "?";
  const count = (list: string) => numberAt(change, list, "count") ?? 0;
  return `+${count("added")} ~${count("changed")} -${count("removed")}`;
}

/** Clusters that are done and on which the placed objects do not work. */
export function notAvailable(request: KubeObject): string {
  const stages = listAt(request, "status", "summary", "stages");
  return stages.flatMap((stage) => stringsIn(stage, "notAvailable", "names")).join(",");
}
