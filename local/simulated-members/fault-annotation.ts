import type { KubeObject } from "../../src/api/meta.js";
import type { ObjectRef, ObjectStore } from "../../src/storage/object-store.js";
import { FAULT_ANNOTATION, type MemberFaults, parseFaults } from "./member-faults.js";

const KUBE_SYSTEM: ObjectRef = { group: "", resource: "namespaces", name: "kube-system" };

/**
 * The store, with `announce` called with the faults that the annotation of `kube-system` asks for: now, and after each
 * write through this store that changes it. A watch would hear of every other namespace too, and there are many.
 */
export async function announceFaults(
  store: ObjectStore,
  report: (message: string) => void,
  announce: (faults: MemberFaults) => Promise<void>,
): Promise<ObjectStore> {
  let before = "";
  const look = (object: KubeObject | undefined) => {
    const text = object?.metadata.annotations?.[FAULT_ANNOTATION] ?? "";
    if (text === before) return;
    before = text;
    const { faults, unknown } = parseFaults(text);
    if (unknown.length > 0) report(`unknown faults in ${FAULT_ANNOTATION}: ${unknown.join(", ")}`);
    announce(faults).catch((error: unknown) =>
      report(`following the fault annotation failed: ${String(error)}`),
    );
  };
  const written = (ref: ObjectRef, object: KubeObject) => {
    if (isKubeSystem(ref)) look(object);
    return object;
  };
  look(await store.get(KUBE_SYSTEM));
  return {
    get: (ref) => store.get(ref),
    list: (collection) => store.list(collection),
    create: async (ref, object) => written(ref, await store.create(ref, object)),
    update: async (ref, object) => written(ref, await store.update(ref, object)),
    remove: (ref, resourceVersion) => store.remove(ref, resourceVersion),
    watch: (collection, from, signal) => store.watch(collection, from, signal),
  };
}

function isKubeSystem({ group, resource, name }: ObjectRef): boolean {
  return (
    name === KUBE_SYSTEM.name && resource === KUBE_SYSTEM.resource && group === KUBE_SYSTEM.group
  );
}
