import type { EpisodeResult } from "./episode.js";
import type { QueuedMessage } from "./inbox.js";
import type { Instance } from "./instance.js";
import type { NewMessage } from "./outgoing-messages.js";

/** One call of an activity. The row lives until its answer is in the instance's queue. */
export interface ActivityItem {
  readonly id: number;
  readonly instanceId: string;
  readonly executionId: string;
  readonly taskId: number;
  readonly name: string;
  /** JSON text of the action's input. */
  readonly input: string;
}

export interface InstanceFilter {
  readonly createdFrom?: Date | undefined;
  readonly createdTo?: Date | undefined;
  /** Empty for any. */
  readonly statuses: readonly string[];
  readonly idPrefix: string;
  /** Instances after this id, in the order of ids. */
  readonly after: string;
  readonly limit: number;
}

/** One finished episode, on its way into the store. */
export interface EpisodeCommit {
  /** The instance as it was when the episode began; undefined for a child that is just starting. */
  readonly instance: Instance | undefined;
  readonly begins: boolean;
  readonly consumed: readonly QueuedMessage[];
  readonly episode: EpisodeResult;
}

/** What a commit put into the queues. */
export interface Committed {
  readonly activities: readonly ActivityItem[];
  readonly messages: readonly NewMessage[];
}
