import { SharedCalls } from "../storage/shared-calls.js";
import type { TargetRef } from "./contracts.js";
import type { Dependencies } from "./dependencies.js";
import type { StoredRun } from "./stored-run.js";
import { placementToUpdate } from "./validate-stored-run.js";

/** How old what is known of a placement may be when a lane begins a cluster. A deletion is asked for again later. */
const RECENT_MS = 10_000;

/** The placement that a run's lanes bring to clusters, looked at every ten seconds: all ask for it before each cluster. */
export class LanePlacements {
  private readonly deps: Dependencies;
  private readonly known = new Map<string, { at: number; placement: TargetRef | undefined }>();
  private readonly reads = new SharedCalls<TargetRef | undefined>();

  constructor(deps: Dependencies) {
    this.deps = deps;
  }

  /** Undefined when the run has to end. A run that validates strictly is told what is there now. */
  async of(target: TargetRef, run: StoredRun): Promise<TargetRef | undefined> {
    if (run.progress?.validation === "Strict") return placementToUpdate(this.deps, target, run);
    const known = this.known.get(target.uid);
    if (known && this.now() - known.at <= RECENT_MS) return known.placement;
    return this.reads.call(target.uid, () => this.read(target, run));
  }

  private async read(target: TargetRef, run: StoredRun): Promise<TargetRef | undefined> {
    const at = this.now();
    for (const [uid, entry] of this.known) if (at - entry.at > RECENT_MS) this.known.delete(uid);
    const placement = await placementToUpdate(this.deps, target, run);
    this.known.set(target.uid, { at, placement });
    return placement;
  }

  private now(): number {
    return this.deps.now().getTime();
  }
}
