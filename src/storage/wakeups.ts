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
});
export type PendingWake = z.infer<typeof PendingWake>;

/** Table that holds the pending wakes. */
export const WAKEUPS_TABLE = "wakeups";

const PARTITION = "pending";

/**
 * Remembers who has to look again, from before a change is written until the instance has begun to look. An event to
 * the instance may be lost; what stands here is delivered again by the sweep.
 */
export interface Wakeups {
  /** Call before the write. @returns the ids that were not pending already: only those need an event for sure */
  mark(wakes: readonly PendingWake[]): Promise<ReadonlySet<string>>;
  /** False once the instance has begun to look: a change made before that moment was seen. */
  isPending(instanceId: string): Promise<boolean>;
  /** The instance calls it first thing, before it reads anything. */
  clear(instanceId: string): Promise<void>;
  list(): Promise<readonly PendingWake[]>;
}

export function makeWakeups(documents: Documents<PendingWake>): Wakeups {
  return {
    async mark(wakes) {
      const added = new Set<string>();
      for (const wake of wakes) {
        try {
          await documents.insert(PARTITION, wake.instanceId, wake);
          added.add(wake.instanceId);
        } catch (error) {
          if (!isStoreError(error, "AlreadyExists")) throw error;
        }
      }
      return added;
    },
    async isPending(instanceId) {
      return (await documents.get(PARTITION, instanceId)) !== undefined;
    },
    clear: (instanceId) => documents.remove(PARTITION, instanceId),
    async list() {
      return (await documents.list(PARTITION)).map((row) => row.value);
    },
  };
}
