import type { KubeObject } from "../api/meta.js";
import { canonicalJson } from "./canonical-json.js";
import { sanitize } from "./prepare-manifest.js";

/** One difference between hub and member. Source: KubeFleet placement v1 `PatchDetail`. */
export interface PatchDetail {
  /** JSON pointer; `/` is the whole object. */
  readonly path: string;
  /** Absent when the hub does not set the field. */
  readonly valueInHub?: string;
  /** Absent when the member does not have the field. */
  readonly valueInMember?: string;
}

/** More differences than this are cut off. Source: KubeFleet work applier. */
export const MAX_PATCH_DETAILS = 100;

const MAX_VALUE_LENGTH = 2048;

const REDACTED = "(redacted for security reasons)";
const IGNORED_KEY_PARTS = ["kubernetes.io/", "k8s.io/", "kubernetes-fleet.io/", "stagecoach.dev/"];

/** What is reported when the member does not have the object at all. Source: KubeFleet work applier. */
export const MISSING_OBJECT: PatchDetail = { path: "/", valueInHub: "(the whole object)" };

/**
 * Compares an object as the hub wants it with the one on the member. For a partial comparison `wanted` is the server's
 * answer to a forced dry-run apply, for a full one the manifest itself.
 *
 * Source: KubeFleet work applier, drift and diff detection: name, namespace, status, server-owned metadata, finalizers
 * and Kubernetes' and our own labels and annotations do not count; contents of Secrets are never shown.
 */
export function diff(wanted: KubeObject, live: KubeObject): readonly PatchDetail[] {
  const details: PatchDetail[] = [];
  const redact = wanted.kind === "Secret" ? redactSecretData : keep;
  for (const detail of differences("", comparable(wanted), comparable(live))) {
    details.push(redact(detail));
    if (details.length === MAX_PATCH_DETAILS) break;
  }
  return details;
}

function comparable(object: KubeObject): unknown {
  const { metadata, ...rest } = sanitize(object);
  return {
    ...rest,
    metadata: {
      labels: countingKeys(metadata.labels),
      annotations: countingKeys(metadata.annotations),
    },
  };
}

function countingKeys(entries: Readonly<Record<string, string>> = {}): Record<string, string> {
  const counts = (key: string) => !IGNORED_KEY_PARTS.some((part) => key.includes(part));
  return Object.fromEntries(Object.entries(entries).filter(([key]) => counts(key)));
}

function* differences(path: string, hub: unknown, member: unknown): Generator<PatchDetail> {
  const [inHub, inMember] = [childrenOf(hub), childrenOf(member)];
  if (inHub && inMember && Array.isArray(hub) === Array.isArray(member)) {
    for (const key of new Set([...inHub.keys(), ...inMember.keys()])) {
      yield* differences(`${path}/${escapeKey(key)}`, inHub.get(key), inMember.get(key));
    }
  } else if (canonicalJson(hub) !== canonicalJson(member)) {
    yield {
      path: path || "/",
      ...(hub !== undefined && { valueInHub: print(hub) }),
      ...(member !== undefined && { valueInMember: print(member) }),
    };
  }
}

/** Entries of an object or an array; undefined for a scalar. */
function childrenOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return new Map(Object.entries(value));
}

function escapeKey(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** A placement's status holds the differences of many objects on many clusters: long values are cut. */
function print(value: unknown): string {
  const text = typeof value === "string" ? value : canonicalJson(value);
  if (text.length <= MAX_VALUE_LENGTH) return text;
  return `${text.slice(0, MAX_VALUE_LENGTH)}… (${text.length} characters)`;
}

function keep(detail: PatchDetail): PatchDetail {
  return detail;
}

function redactSecretData(detail: PatchDetail): PatchDetail {
  if (!/^\/(data|stringData)(\/|$)/.test(detail.path)) return detail;
  return {
    path: detail.path,
    ...(detail.valueInHub !== undefined && { valueInHub: REDACTED }),
    ...(detail.valueInMember !== undefined && { valueInMember: REDACTED }),
  };
}
