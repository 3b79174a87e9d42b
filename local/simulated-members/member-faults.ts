import { qualified, StatusError } from "../../src/api/status-error.js";

/** On the `kube-system` namespace of a simulated member: faults to show, separated by commas. */
export const FAULT_ANNOTATION = "simulated.stagecoach.dev/fault";

/** What a simulated member can be told to do wrong. Absent: it behaves. */
export interface MemberFaults {
  /** Connections are cut. */
  readonly down?: boolean | undefined;
  /** Every answer comes this many milliseconds late. */
  readonly slowMs?: number | undefined;
  /** Kinds, such as `Deployment`, of which no object may be written. */
  readonly refuse?: readonly string[] | undefined;
  /** What is applied never becomes available. */
  readonly neverAvailable?: boolean | undefined;
}

/** Reads the annotation: `down`, `slow=<ms>`, `refuse=<Kind>`, `never-available`. Unknown words are returned as such. */
export function parseFaults(text: string): { faults: MemberFaults; unknown: readonly string[] } {
  const words = text.split(",").map((word) => word.trim());
  const refuse = words.flatMap((word) => word.match(/^refuse=(\w+)$/)?.[1] ?? []);
  const slow = words.map((word) => word.match(/^slow=(\d+)$/)?.[1]).find(Boolean);
  return {
    faults: {
      down: words.includes("down"),
      slowMs: slow === undefined ? undefined : Number(slow),
      refuse,
      neverAvailable: words.includes("never-available"),
    },
    unknown: words.filter((word) => word !== "" && !KNOWN.test(word)),
  };
}

const KNOWN = /^(down|slow=\d+|refuse=\w+|never-available)$/;

/** Both sources of faults at once: what either asks for happens. */
export function combineFaults(a: MemberFaults, b: MemberFaults): MemberFaults {
  return {
    down: a.down || b.down,
    slowMs: Math.max(a.slowMs ?? 0, b.slowMs ?? 0),
    refuse: [...(a.refuse ?? []), ...(b.refuse ?? [])],
    neverAvailable: a.neverAvailable || b.neverAvailable,
  };
}

/** The resource a path is about: `deployments` of `apps` and the object's name, when there is one. */
export interface RequestedResource {
  readonly group: string;
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

/** Takes `/apis/apps/v1/namespaces/web/deployments/site` apart; undefined for paths about no object. */
export function requestedResource(path: string): RequestedResource | undefined {
  const parts = path.split("/").filter((part) => part !== "");
  const grouped = parts[0] === "apis";
  if (!grouped && parts[0] !== "api") return undefined;
  const group = grouped ? (parts[1] ?? "") : "";
  const rest = parts.slice(grouped ? 3 : 2);
  const namespaced = rest[0] === "namespaces" && rest.length > 2;
  const [resource, name] = namespaced ? rest.slice(2) : rest;
  if (resource === undefined) return undefined;
  return { group, resource, namespace: namespaced ? rest[1] : undefined, name };
}

/**
 * Whether a request passes a member that is down by annotation: what kubectl needs to take the annotation away again.
 */
export function passesWhileDown(path: string): boolean {
  const requested = requestedResource(path);
  if (requested) return requested.resource === "namespaces" && requested.name === "kube-system";
  return !/^\/(readyz|livez|healthz)/.test(path);
}

const WRITES = new Set(["POST", "PUT", "PATCH", "DELETE"]);

/** The 403 of a member that refuses the kind, as an admission policy would word it; undefined when it does not. */
export function refusal(
  method: string,
  path: string,
  kindOf: (group: string, resource: string) => string | undefined,
  faults: MemberFaults,
): StatusError | undefined {
  const requested = requestedResource(path);
  if (!requested || !WRITES.has(method)) return undefined;
  const { group, resource, name } = requested;
  const kind = kindOf(group, resource);
  if (kind === undefined || !faults.refuse?.includes(kind)) return undefined;
  const label = qualified({ group, resource });
  // The name of an object being created stands in its body, which nobody has read yet.
  const subject = name === undefined ? label : `${label} "${name}"`;
  return new StatusError(
    403,
    "Forbidden",
    `${subject} is forbidden: this simulated member refuses every ${kind} (refuse=${kind})`,
    { ...(name !== undefined && { name }), ...(group && { group }), kind: resource },
  );
}
