import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";

const WITHIN_MS = 10_000;
const POLL_MS = 1;

const WatchEvent = z.looseObject({
  object: z.looseObject({ metadata: z.looseObject({ resourceVersion: z.string() }) }),
});

/** A watch of a collection that remembers when it saw each resourceVersion. */
export class WatchedVersions {
  private readonly seen = new Map<string, number>();
  private readonly stop: AbortController;
  private readonly reading: Promise<void>;

  /** Begins to watch; what there is already is seen first. @throws Error when the server refuses */
  static async open(collectionUrl: string): Promise<WatchedVersions> {
    const stop = new AbortController();
    const response = await fetch(`${collectionUrl}?watch=true`, { signal: stop.signal });
    if (!response.ok || !response.body) throw new Error(`watching answered ${response.status}`);
    return new WatchedVersions(stop, Readable.from(response.body));
  }

  private constructor(stop: AbortController, body: Readable) {
    this.stop = stop;
    this.reading = this.read(body);
  }

  /** When the version was seen, by `performance.now`. @throws Error when it does not come */
  async seenAt(version: string): Promise<number> {
    const deadline = Date.now() + WITHIN_MS;
    for (;;) {
      const time = this.seen.get(version);
      if (time !== undefined) return time;
      if (Date.now() > deadline) throw new Error(`the watch did not show version ${version}`);
      await delay(POLL_MS);
    }
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.reading;
  }

  private async read(body: Readable): Promise<void> {
    try {
      for await (const line of createInterface({ input: body })) {
        const { object } = WatchEvent.parse(JSON.parse(line));
        this.seen.set(object.metadata.resourceVersion, performance.now());
      }
    } catch (error) {
      if (!this.stop.signal.aborted) throw error;
    }
  }
}
