import type { KubeObject } from "../api/meta.js";
import type { ObjectStore } from "../storage/object-store.js";
import { SharedCalls } from "../storage/shared-calls.js";
import type { TargetRef } from "./contracts.js";
import { readRun, type StoredRun, touchRun } from "./stored-run.js";

/**
 * The runs that lanes of this process work for: slots that ask at the same time share what is read, and a run is touched
 * over what was read or written of it last, without reading it again.
 */
export class LaneRuns {
  private readonly store: ObjectStore;
  private readonly reads = new SharedCalls<StoredRun | undefined>();
  private readonly latest = new Map<string, KubeObject>();

  constructor(store: ObjectStore) {
    this.store = store;
  }

  /** As `readRun`: what is stored after this call. */
  read(target: TargetRef): Promise<StoredRun | undefined> {
    return this.reads.call(target.uid, async () => {
      const run = await readRun(this.store, target);
      this.remember(target, run?.object);
      return run;
    });
  }

  /** As `touchRun`; when somebody else has written since, that shows in the write. */
  async touch(target: TargetRef): Promise<void> {
    this.remember(target, await touchRun(this.store, target, this.latest.get(target.uid)));
  }

  /** For a lane that ends: its run is not asked for any more, or read anew. */
  forget(target: TargetRef): void {
    this.latest.delete(target.uid);
  }

  private remember(target: TargetRef, object: KubeObject | undefined): void {
    if (object) this.latest.set(target.uid, object);
    else this.latest.delete(target.uid);
  }
}
