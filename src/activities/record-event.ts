import { createHash } from "node:crypto";
import type { KubeObject } from "../api/meta.js";
import { toTimestamp } from "../api/meta.js";
import { announceMilestone, type Milestone } from "./event-line.js";
import { changeObject, createIfAbsent, type Maker } from "./server-objects.js";

/**
 * Records an event about an object. The same milestone again raises the count instead of adding an event, and a
 * repeat within the same second, as after a crash, changes nothing. Times have milliseconds, so that `kubectl describe`
 * shows the events of one second in the order they happened: it sorts by the last time alone.
 * Source: client-go `tools/record`, event correlation.
 */
export async function recordEvent(
  maker: Maker,
  about: KubeObject,
  milestone: Milestone,
): Promise<void> {
  const { metadata } = about;
  const namespace = metadata.namespace ?? "default";
  const time = maker.now();
  const now = time.toISOString();
  const { type, reason, message } = milestone;
  const key = [metadata.uid, type, reason, message].join("\n");
  const name = `${metadata.name}.${createHash("sha256").update(key).digest("hex").slice(0, 16)}`;
  const ref = { group: "", resource: "events", namespace, name };
  const event: KubeObject = {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name, namespace },
    involvedObject: {
      apiVersion: about.apiVersion,
      kind: about.kind,
      name: metadata.name,
      ...(metadata.namespace && { namespace: metadata.namespace }),
      uid: metadata.uid,
    },
    type,
    reason,
    message,
    source: { component: "stagecoach" },
    reportingComponent: "stagecoach",
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
  };
  // First, because it may be told twice and must not be lost.
  announceMilestone(maker, about, milestone);
  const { created } = await createIfAbsent(maker, ref, event);
  if (created) return;
  await changeObject(maker.store, ref, (existing) =>
    isSameSecond(existing.lastTimestamp, time)
      ? undefined
      : { ...existing, lastTimestamp: now, count: Number(existing.count ?? 1) + 1 },
  );
}

function isSameSecond(timestamp: unknown, time: Date): boolean {
  return typeof timestamp === "string" && toTimestamp(new Date(timestamp)) === toTimestamp(time);
}
