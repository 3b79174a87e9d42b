import type { ObjectStore } from "../../src/storage/object-store.js";
import { FAULT_ANNOTATION, type MemberFaults, parseFaults } from "./member-faults.js";
import { storeChanges } from "./store-changes.js";

const NAMESPACES = { group: "", resource: "namespaces" };

/**
 * Calls `announce` with the faults that the annotation of `kube-system` asks for, now and at each change of it, until
 * `signal` aborts.
 */
export async function followFaultAnnotation(
  store: ObjectStore,
  signal: AbortSignal,
  report: (message: string) => void,
  announce: (faults: MemberFaults) => Promise<void>,
): Promise<void> {
  let before = "";
  for await (const { object } of storeChanges(store, NAMESPACES, signal)) {
    if (object.metadata.name !== "kube-system") continue;
    const text = object.metadata.annotations?.[FAULT_ANNOTATION] ?? "";
    if (text === before) continue;
    before = text;
    const { faults, unknown } = parseFaults(text);
    if (unknown.length > 0) report(`unknown faults in ${FAULT_ANNOTATION}: ${unknown.join(", ")}`);
    await announce(faults);
  }
}
