import { expect } from "vitest";
import { parse } from "yaml";
import { printedApprovalName } from "./approval-names.js";

/** Differ from one run of a document to the next, or are sentences that newer versions word differently. */
const UNSTABLE = new Set([
  "creationTimestamp",
  "endTime",
  "kubernetes-fleet.io/resource-hash",
  "lastTransitionTime",
  "message",
  "observedGeneration",
  "resourceVersion",
  "startTime",
  "uid",
]);

/** Reasons as the documents print them, and as the newest KubeFleet does. */
const PRINTED_REASON: Readonly<Record<string, string>> = {
  AfterStageTaskApprovalRequestApproved: "StageTaskApprovalRequestApproved",
  AfterStageTaskApprovalRequestCreated: "StageTaskApprovalRequestCreated",
  BeforeStageTaskApprovalRequestApproved: "StageTaskApprovalRequestApproved",
  BeforeStageTaskApprovalRequestCreated: "StageTaskApprovalRequestCreated",
  StageTaskWaitTimeElapsed: "AfterStageTaskWaitTimeElapsed",
};

/** What names the members of the lists in these objects. */
const IDENTITIES = ["stageName", "clusterName", "type", "name", "kind"];

/** How a document's YAML is to be read. */
export interface ShownObjectOptions {
  /** What the documents' TimedWait was replaced by, as the status prints it. */
  readonly waitTime?: string | undefined;
  /** Types of conditions that the document shows as an older version left them. */
  readonly withoutConditions?: readonly string[];
}

/** Checks that the printed object says everything stable that the document shows; it may say more. */
export function expectObject(
  printed: string,
  documented: string,
  options: ShownObjectOptions = {},
): void {
  const stable = stableParts(parse(documented.replaceAll(/^\s*\.\.\.$/gm, "")), options);
  expect(partsNamedBy(stable, parse(printed))).toEqual(stable);
}

function stableParts(value: unknown, options: ShownObjectOptions): unknown {
  if (Array.isArray(value)) {
    return value
      .filter((item) => !options.withoutConditions?.includes(field(item, "type")))
      .map((item) => stableParts(item, options));
  }
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, child]) => !UNSTABLE.has(key) && !isFleetVersion(key, child))
      .map(([key, child]) => [printedKey(key), printedValue(key, child, options)]),
  );
}

/** Placement kinds have two versions of one shape, and the documents mix them. */
function isFleetVersion(key: string, value: unknown): boolean {
  return key === "apiVersion" && String(value).startsWith("placement.kubernetes-fleet.io/");
}

/** One document misspells a field. */
function printedKey(key: string): string {
  return key === "resourceSnpashotIndexUsed" ? "resourceSnapshotIndexUsed" : key;
}

function printedValue(key: string, value: unknown, options: ShownObjectOptions): unknown {
  if (key === "reason") return PRINTED_REASON[String(value)] ?? value;
  if (key === "approvalRequestName") return printedApprovalName(String(value));
  if (key === "waitTime") return options.waitTime ?? value;
  return stableParts(value, options);
}

/** The parts of `value` that `wanted` speaks of: its keys, and the list members of the same name, in their own order. */
function partsNamedBy(wanted: unknown, value: unknown): unknown {
  if (Array.isArray(wanted) && Array.isArray(value)) return membersNamedBy(wanted, value);
  if (!isRecord(wanted) || !isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(wanted).map(([key, child]) => [key, partsNamedBy(child, value[key])]),
  );
}

function membersNamedBy(wanted: readonly unknown[], values: readonly unknown[]): unknown[] {
  return values.flatMap((value) => {
    const found = wanted.find((item) => identity(item) === identity(value));
    return found === undefined ? [] : [partsNamedBy(found, value)];
  });
}

function identity(item: unknown): string {
  if (!isRecord(item)) return String(item);
  const key = IDENTITIES.find((name) => name in item);
  return key === undefined ? "" : field(item, key);
}

function field(item: unknown, key: string): string {
  return isRecord(item) ? String(item[key]) : "";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
