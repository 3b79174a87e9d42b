import type { KubeObject } from "../../src/api/meta.js";
import { isStoreError, type ObjectRef, type ObjectStore } from "../../src/storage/object-store.js";
import { storeChanges } from "./store-changes.js";
import { nextPhaseAfterMs, phaseAfter } from "./workload-phase.js";
import { statusFor } from "./workload-status.js";

const WORKLOADS = [
  { group: "apps", resource: "deployments" },
  { group: "apps", resource: "statefulsets" },
  { group: "apps", resource: "daemonsets" },
  { group: "policy", resource: "poddisruptionbudgets" },
  { group: "", resource: "services" },
] as const;

export interface WorkloadControllerOptions {
  readonly store: ObjectStore;
  /** From a change of spec to available pods, in milliseconds. */
  readonly readyAfterMs: number;
  /** While it answers true, nothing new becomes available. */
  readonly neverAvailable: () => boolean;
  readonly now: () => Date;
  /** Told what went wrong; the controller goes on. */
  readonly report: (message: string) => void;
}

/** When the controller first saw this generation of an object. */
interface Seen {
  readonly generation: number | undefined;
  readonly atMs: number;
}

/**
 * Plays the controllers of a simulated member: whatever is applied becomes available after a moment, with the status
 * the real ones write. Runs no pods.
 */
export class WorkloadController {
  private readonly options: WorkloadControllerOptions;
  private readonly stopping = new AbortController();
  private readonly seen = new Map<string, Seen>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly watches: readonly Promise<void>[];

  constructor(options: WorkloadControllerOptions) {
    this.options = options;
    this.watches = WORKLOADS.map((collection) => this.follow(collection));
  }

  /** Looks at everything once more: what neverAvailable held back can go on. */
  async recheck(): Promise<void> {
    for (const collection of WORKLOADS) {
      const { items } = await this.options.store.list(collection);
      for (const object of items) await this.reconcile(refOf(collection, object));
    }
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    for (const timer of this.timers.values()) clearTimeout(timer);
    await Promise.all(this.watches);
  }

  private async follow(collection: (typeof WORKLOADS)[number]): Promise<void> {
    try {
      for await (const event of storeChanges(
        this.options.store,
        collection,
        this.stopping.signal,
      )) {
        const ref = refOf(collection, event.object);
        if (event.type === "Deleted") this.forget(ref);
        else await this.reconcile(ref);
      }
    } catch (error) {
      this.options.report(`watching ${collection.resource} failed: ${String(error)}`);
    }
  }

  private async reconcile(ref: ObjectRef): Promise<void> {
    const object = await this.options.store.get(ref);
    if (!object || this.stopping.signal.aborted) return;
    const now = this.options.now();
    // A restart forgets when an object changed; one that is available already must not start over.
    if (statusFor(object, "Available", now) === undefined) return this.forget(ref);

    const elapsedMs = now.getTime() - this.sinceMs(ref, object, now);
    const { readyAfterMs } = this.options;
    const due = phaseAfter(object, elapsedMs, readyAfterMs);
    const held = due === "Available" && this.options.neverAvailable();
    await this.write(ref, object, statusFor(object, held ? "Progressing" : due, now));

    const nextMs = nextPhaseAfterMs(object, readyAfterMs);
    if (due === "Progressing" && nextMs !== undefined) this.schedule(ref, nextMs - elapsedMs);
  }

  private sinceMs(ref: ObjectRef, object: KubeObject, now: Date): number {
    const { generation } = object.metadata;
    const seen = this.seen.get(keyOf(ref));
    if (seen && seen.generation === generation) return seen.atMs;
    this.seen.set(keyOf(ref), { generation, atMs: now.getTime() });
    return now.getTime();
  }

  private async write(
    ref: ObjectRef,
    object: KubeObject,
    status: Record<string, unknown> | undefined,
  ): Promise<void> {
    if (!status) return;
    try {
      await this.options.store.update(ref, { ...object, status });
    } catch (error) {
      // Somebody changed or removed it meanwhile: that change arrives through the watch as well.
      if (!isStoreError(error, "Conflict") && !isStoreError(error, "NotFound")) throw error;
    }
  }

  private schedule(ref: ObjectRef, delayMs: number): void {
    const key = keyOf(ref);
    clearTimeout(this.timers.get(key));
    const timer = setTimeout(
      () => {
        this.timers.delete(key);
        this.reconcile(ref).catch((error: unknown) => {
          this.options.report(`${key}: writing the status failed: ${String(error)}`);
        });
      },
      Math.max(0, delayMs),
    );
    this.timers.set(key, timer);
  }

  private forget(ref: ObjectRef): void {
    const key = keyOf(ref);
    this.seen.delete(key);
    clearTimeout(this.timers.get(key));
    this.timers.delete(key);
  }
}

function refOf(collection: { group: string; resource: string }, object: KubeObject): ObjectRef {
  const { namespace, name } = object.metadata;
  return { ...collection, namespace, name };
}

function keyOf({ resource, namespace, name }: ObjectRef): string {
  return `${resource}/${namespace}/${name}`;
}
