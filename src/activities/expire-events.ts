import { Event } from "../api/event.js";
import type { KubeObject } from "../api/meta.js";
import { mapInParallel } from "../storage/map-in-parallel.js";
import { isStoreError, type ObjectStore } from "../storage/object-store.js";

/** How long an event lives after it was last seen. Source: kube-apiserver `--event-ttl`. */
export const EVENT_LIFE_MS = 60 * 60 * 1000;
/** How many events one round removes at most, and how many at a time. */
const ROUND = 500;
const AT_A_TIME = 20;

const EVENTS = { group: "", resource: "events" };

/**
 * Removes events that have lived their hour. It looks only when one can be due: whatever is written after a look lives
 * at least an hour from then on, so an idle app is asked once an hour.
 */
export class EventExpiry {
  private readonly deps: { readonly store: ObjectStore; readonly now: () => Date };
  /** Milliseconds since 1970; nothing is known before the first look. */
  private nextLook = 0;

  constructor(deps: { readonly store: ObjectStore; readonly now: () => Date }) {
    this.deps = deps;
  }

  /** Removes what is due, oldest first; what is too much for one round is left for the next. */
  async collect(): Promise<void> {
    const now = this.deps.now().getTime();
    if (now < this.nextLook) return;
    const { items } = await this.deps.store.list(EVENTS);
    const byExpiry = items
      .map((event) => ({ event, expiry: expiryOf(event) }))
      .sort((a, b) => a.expiry - b.expiry);
    const due = byExpiry.filter(({ expiry }) => expiry <= now).slice(0, ROUND);
    await mapInParallel(due, AT_A_TIME, ({ event }) => this.remove(event));
    this.nextLook = byExpiry[due.length]?.expiry ?? now + EVENT_LIFE_MS;
  }

  /** One that happened again in between lives on. */
  private async remove({ metadata }: KubeObject): Promise<void> {
    const { name, namespace, resourceVersion = "" } = metadata;
    try {
      await this.deps.store.remove({ ...EVENTS, name, namespace }, resourceVersion);
    } catch (error) {
      if (!isStoreError(error, "Conflict") && !isStoreError(error, "NotFound")) throw error;
    }
  }
}

/** Anybody may write events, with whichever of the times; one without any is due. */
function expiryOf(object: KubeObject): number {
  const { data } = Event.safeParse(object);
  const times = [
    object.metadata.creationTimestamp,
    data?.eventTime,
    data?.lastTimestamp,
    data?.series?.lastObservedTime,
  ];
  const seen = times.map((time) => Date.parse(time ?? "")).filter((time) => !Number.isNaN(time));
  return Math.max(0, ...seen) + EVENT_LIFE_MS;
}
