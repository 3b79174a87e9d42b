import { z } from "zod";
import type { Documents } from "./documents.js";
import { isStoreError } from "./object-store.js";

/** A Durable instance that has to look again, remembered until it does. */
export const PendingWake = z.object({
  orchestration: z.enum([
    "updateRun",
    "syncPlacement",
    "deletePlacement",
    "syncOverride",
    "syncMember",
    "discoverMembers",
  ]),
  instanceId: z.string(),
  input: z.object({
    kind: z.string(),
    namespace: z.string().optional(),
    name: z.string(),
    uid: z.string(),
  }),
  /** Remembered beside the others of the instance, so that it can tell why it looks; see `markOf`. */
  mark: z.enum(["progress", "look"]).optional(),
});
export type PendingWake = z.infer<typeof PendingWake>;

/** Table that holds the pending wakes. */
export const WAKEUPS_TABLE = "wakeups";

const PARTITION = "pending";

/** The name of a wake's mark: that of the instance, and for some marks of it what they are about. */
export function markOf({ instanceId, mark }: Pick<PendingWake, "instanceId" | "mark">): string {
  return mark === undefined ? instanceId : `${instanceId}-${mark}`;
}

/**
 * Remembers who has to look again, from before a change is written until the instance has begun to look. An event to
 * the instance may be lost; what stands here is delivered again by the sweep.
 */
export interface Wakeups {
  /** Call before the write. @returns the marks that were not pending already: only those need an event for sure */
  mark(wakes: readonly PendingWake[]): Promise<ReadonlySet<string>>;
  /** False once the instance has begun to look: a change made before that moment was seen. */
  isPending(mark: string): Promise<boolean>;
  /** The instance calls it first thing, before it reads anything. @returns whether it was pending */
  clear(mark: string): Promise<boolean>;
  list(): Promise<readonly PendingWake[]>;
}

export function makeWakeups(documents: Documents<PendingWake>): Wakeups {
  return {
    async mark(wakes) {
      const added = new Set<string>();
      for (const wake of wakes) {
        try {
          await documents.insert(PARTITION, markOf(wake), wake);
          added.add(markOf(wake));
        } catch (error) {
          if (!isStoreError(error, "AlreadyExists")) throw error;
        }
      }
      return added;
    },
    async isPending(mark) {
      return (await documents.get(PARTITION, mark)) !== undefined;
    },
    clear: (mark) => documents.remove(PARTITION, mark),
    async list() {
      return (await documents.list(PARTITION)).map((row) => row.value);
    },
  };
}
