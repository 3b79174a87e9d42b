import type { z } from "zod";
import type { KubeObject } from "../api/meta.js";
import { PLACEMENT_GROUP } from "../api/names.js";
import { UpdateRunStatus } from "../api/update-run.js";
import type { ClusterProgress } from "../rollout/cluster-progress.js";
import { assembleStatus, placementOf, storedStatus } from "../rollout/run-status.js";
import type { Documents } from "../storage/documents.js";
import type { CollectionRef, ObjectStore, StoreEvent } from "../storage/object-store.js";
import { fieldsOf } from "./fields.js";
import { withToldState } from "./told-state.js";

/** The documents in which the clusters of unfinished runs keep their progress: partition = run uid. */
export const CLUSTER_PROGRESS_TABLE = "clusterprogress";

/** Who created and started a run. Kept beside the status, which activities write; served as a part of it. */
const Requesters = UpdateRunStatus.pick({ createdBy: true, startedBy: true });

const RUN_RESOURCES = new Set(["clusterstagedupdateruns", "stagedupdateruns"]);

/**
 * Lets runs be read with the progress of their clusters in `status`, which activities keep in rows of their own.
 * What is written through it touches of status and progress only who asked, and what the run says while lanes work on it:
 * the rest belongs to the activities.
 *
 * @param announce hears of a run that a write has brought to another state
 */
export function withRunStatus(
  inner: ObjectStore,
  clusters: Documents<ClusterProgress>,
  now: () => Date,
  announce: (before: KubeObject, after: KubeObject) => void = () => undefined,
): ObjectStore {
  const complete = async (object: KubeObject): Promise<KubeObject> => {
    const { progress, requesters, ...rest } = object;
    const served = withRequesters(rest, requesters);
    const uid = object.metadata.uid;
    if (!progress || !uid) return served;
    const rows = await clusters.list(uid);
    const status = assembleStatus(
      storedStatus(object),
      rows.map((row) => row.value),
      placementOf(object),
    );
    return withRequesters({ ...served, status }, requesters);
  };
  const read = (ref: CollectionRef, object: KubeObject) =>
    isRun(ref) ? complete(object) : Promise.resolve(object);

  return {
    async get(ref) {
      const object = await inner.get(ref);
      return object && read(ref, object);
    },
    async list(collection) {
      const list = await inner.list(collection);
      if (!isRun(collection)) return list;
      return { ...list, items: await Promise.all(list.items.map(complete)) };
    },
    async create(ref, object) {
      if (!isRun(ref)) return inner.create(ref, object);
      const { status, ...written } = object;
      return complete(await inner.create(ref, { ...written, ...keptRequesters(status) }));
    },
    async update(ref, object) {
      if (!isRun(ref)) return inner.update(ref, object);
      const stored = await inner.get(ref);
      const kept = keepProgress(object, stored);
      const told = await withToldState(kept, stored, clusters, now);
      const written = await inner.update(ref, told);
      if (stored && told !== kept) announce(stored, written);
      return complete(written);
    },
    async remove(ref, resourceVersion) {
      return read(ref, await inner.remove(ref, resourceVersion));
    },
    async *watch(collection, from, signal): AsyncIterable<StoreEvent> {
      for await (const event of inner.watch(collection, from, signal)) {
        yield { ...event, object: await read(collection, event.object) };
      }
    },
  };
}

function isRun(ref: CollectionRef): boolean {
  return ref.group === PLACEMENT_GROUP && RUN_RESOURCES.has(ref.resource);
}

function keepProgress(object: KubeObject, stored: KubeObject | undefined): KubeObject {
  const { status, progress: _progress, ...written } = object;
  return {
    ...written,
    ...keptRequesters(status),
    ...(stored?.status !== undefined && { status: stored.status }),
    ...(stored?.progress !== undefined && { progress: stored.progress }),
  };
}

/** The status as served shows who asked; a run that nobody has asked for anything yet has none. */
function withRequesters(run: KubeObject, requesters: unknown): KubeObject {
  const known = Requesters.safeParse(requesters);
  return known.success ? { ...run, status: { ...fieldsOf(run.status), ...known.data } } : run;
}

function keptRequesters(status: unknown): { readonly requesters?: z.infer<typeof Requesters> } {
  const { createdBy, startedBy } = Requesters.parse(status ?? {});
  if (!createdBy && !startedBy) return {};
  return { requesters: { ...(createdBy && { createdBy }), ...(startedBy && { startedBy }) } };
}
