import type { KubeObject } from "../../src/api/meta.js";
import type { HubClient } from "../hub-client.js";
import { type Table, tableText } from "../table-text.js";
import { type ExpectedRow, eventually, tableDifference } from "./difference.js";
import type { Narrator } from "./narrator.js";

/** What the tutorial is played on: the hub and its members over HTTP, and somebody watching. */
export interface Terminal {
  readonly hub: HubClient;
  readonly members: readonly { readonly name: string; readonly api: HubClient }[];
  readonly narrator: Narrator;
  readonly now: () => Date;
}

/** `kubectl get`: shows the table once it is as the tutorial prints it. */
export async function getTable(
  { hub, narrator }: Terminal,
  command: string,
  path: string,
  expected: readonly ExpectedRow[],
): Promise<Table> {
  narrator.command(command);
  const differs = (table: Table) => tableDifference(table, expected);
  const table = await eventually(() => hub.table(path), differs);
  narrator.output(tableText(table, { showLabels: command.includes("--show-labels") }));
  return table;
}

/** `kubectl apply` of a manifest that is new. */
export async function applyNew(
  { hub, narrator }: Terminal,
  path: string,
  manifest: { readonly apiVersion: string; readonly kind: string },
): Promise<KubeObject> {
  narrator.apply(manifest);
  const { apiVersion } = manifest;
  const versioned = path.replace(/^\/apis\/[^/]+\/[^/]+/, `/apis/${apiVersion}`);
  const created = await hub.create(versioned, manifest);
  const label = `${manifest.kind.toLowerCase()}.${apiVersion.split("/")[0]}`;
  narrator.output(`${label}/${created.metadata.name} created`);
  return created;
}

/** `kubectl delete`, waiting for each object to be gone as kubectl does. */
export async function deleteAll(
  { hub, narrator }: Terminal,
  command: string,
  path: string,
  label: string,
  names: readonly string[],
): Promise<void> {
  narrator.command(command);
  for (const name of names) {
    await hub.delete(`${path}/${name}`);
    narrator.output(`${label} "${name}" deleted`);
  }
  for (const name of names) {
    await eventually(
      () => hub.find(`${path}/${name}`),
      (left) => (left ? `${label} "${name}" is still there` : undefined),
      30_000,
    );
  }
}
