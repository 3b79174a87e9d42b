import type { MemberClusters } from "../clusters/member-connection.js";
import type { KindFacts } from "../placement/selection.js";
import type { Wake } from "../registry/kind.js";
import type { ClusterProgress } from "../rollout/cluster-progress.js";
import type { Documents } from "../storage/documents.js";
import type { Inventory } from "../storage/inventory.js";
import type { ObjectStore } from "../storage/object-store.js";
import type { SnapshotContents } from "../storage/snapshot-contents.js";
import type { ObjectLooks } from "../storage/table-object-store.js";
import type { Wakeups } from "../storage/wakeups.js";

/** What the activities work with. Built once per process by the composition root. */
export interface Dependencies {
  /** Objects as they are stored: runs with their bookkeeping, resource snapshots without their contents. */
  readonly store: ObjectStore & ObjectLooks;
  /** The same with the contents of resource snapshots folded in: for reading and making them. */
  readonly snapshots: ObjectStore;
  readonly contents: SnapshotContents;
  readonly clusters: Documents<ClusterProgress>;
  readonly inventory: Documents<Inventory>;
  readonly wakeups: Wakeups;
  readonly members: MemberClusters;
  /** Kinds that a placement may select at the moment. */
  readonly kinds: () => Promise<readonly KindFacts[]>;
  readonly now: () => Date;
  readonly newUid: () => string;
  /** Gets a line per event, for logs and alerts. */
  readonly announce?: (line: string) => void;
  /** How long one activity watches a member become healthy before it hands the cluster back to its lane. */
  readonly availabilityWaitMs: number;
  /** Shortest time between two looks at the members of a stage that waits. */
  readonly soakCheckMs: number;
  /** How often placements that want to know of drift look at their members. */
  readonly driftCheckMs: number;
}

/** Makes Durable instances look again; given per invocation, because the Durable client is. */
export interface Waker {
  /** Marks and delivers: for changes that the activity itself has just written. */
  wake(wakes: readonly Wake[]): Promise<void>;
}
