import { AUDIT_ANNOTATION, type AuditEvent } from "../../api/audit-event.js";
import type { ObjectMeta } from "../../api/meta.js";
import type { Change, Kind } from "../../registry/kind.js";
import type { Backend, RequestContext } from "../backend.js";
import type { Call } from "../call.js";
import { writeContext } from "../write-context.js";
import type { WriteObserver } from "../writer.js";

/** How a request ended. */
export interface Outcome {
  readonly code: number;
  /** Of a failure: the reason of its `metav1.Status`. */
  readonly reason?: string;
  /** Of the object that was refused, where the path does not say it. */
  readonly name?: string | undefined;
}

interface Written {
  readonly kind: Kind;
  readonly before?: ObjectMeta | undefined;
  readonly after?: ObjectMeta | undefined;
}

/** What of a request its record tells. One that is refused at once has no kind. */
export interface AuditedRequest extends Pick<Call, "request" | "path" | "now"> {
  readonly kind?: Kind;
  readonly context: Pick<RequestContext, "user" | "operationId">;
  readonly backend: Pick<Backend, "now" | "newUid" | "report">;
}

/** Longer texts that a client chose are cut: a row of a table is small. */
const MAX_TEXT = 1024;
const MAX_GROUPS = 200;

/** What one request has written, and the audit events that tell of it. Holds names and versions, never contents. */
export class AuditTrail implements WriteObserver {
  readonly auditID: string;
  readonly verb: string;
  private readonly call: AuditedRequest;
  /** By uid: a request may write an object several times. */
  private readonly changes = new Map<string, Written>();
  private asksOnly = false;

  constructor(call: AuditedRequest, verb: string) {
    this.call = call;
    this.verb = verb;
    this.auditID = call.backend.newUid();
  }

  written(kind: Kind, { before, after }: Change): void {
    const uid = (after ?? before)?.metadata.uid ?? "";
    const known = this.changes.get(uid);
    this.changes.set(uid, {
      kind,
      before: known ? known.before : before?.metadata,
      after: after?.metadata,
    });
  }

  dryRun(): void {
    this.asksOnly = true;
  }

  get isDryRun(): boolean {
    return this.asksOnly;
  }

  get hasWritten(): boolean {
    return this.changes.size > 0;
  }

  /** One event per object that was written, or one for the object that the request was about. */
  events(outcome: Outcome, omitted = 0): readonly AuditEvent[] {
    const base = this.base(outcome);
    const changes = [...this.changes.values()];
    if (changes.length > 0) return changes.map((change) => withChange(base, this.call, change));
    const isSuccess = outcome.code < 400;
    return [
      {
        ...base,
        annotations: {
          ...base.annotations,
          ...(isSuccess && { [AUDIT_ANNOTATION.unchanged]: "true" }),
          ...(omitted > 0 && { [AUDIT_ANNOTATION.omitted]: String(omitted) }),
        },
      },
    ];
  }

  private base({ code, reason, name: refused }: Outcome): AuditEvent {
    const { call, auditID, verb } = this;
    const { user, operationId } = call.context;
    const { client } = writeContext(call);
    const { userAgent, address } = client ?? {};
    const { group, version, plural, subresource, namespace, name = refused } = call.path;
    const isForbidden = code === 401 || code === 403;
    return {
      level: "Metadata",
      auditID,
      stage: "ResponseComplete",
      requestURI: cut(new URL(call.request.url).pathname),
      verb,
      user: {
        username: cut(user.username),
        ...(user.uid !== undefined && { uid: cut(user.uid) }),
        ...(user.groups.length > 0 && { groups: user.groups.slice(0, MAX_GROUPS).map(cut) }),
      },
      ...(address !== undefined && { sourceIPs: [cut(address)] }),
      ...(userAgent !== undefined && { userAgent: cut(userAgent) }),
      objectRef: {
        ...(group !== "" && { apiGroup: group }),
        apiVersion: version,
        resource: plural,
        ...(subresource !== undefined && { subresource: cut(subresource) }),
        ...(namespace !== undefined && { namespace: cut(namespace) }),
        ...(name !== undefined && { name: cut(name) }),
      },
      responseStatus: { code, ...(reason !== undefined && { reason }) },
      requestReceivedTimestamp: call.now.toISOString(),
      stageTimestamp: call.backend.now().toISOString(),
      annotations: {
        [AUDIT_ANNOTATION.decision]: isForbidden ? "forbid" : "allow",
        ...(operationId !== undefined && { [AUDIT_ANNOTATION.operationId]: operationId }),
      },
    };
  }
}

function withChange(base: AuditEvent, { kind }: AuditedRequest, change: Written): AuditEvent {
  const { before, after } = change;
  const { name, namespace, uid } = after ?? before ?? { name: "" };
  const isOther = change.kind !== kind;
  const { subresource, ...own } = base.objectRef;
  return {
    ...base,
    objectRef: {
      ...(isOther
        ? refTo(change.kind)
        : { ...own, ...(subresource !== undefined && { subresource }) }),
      ...(namespace !== undefined && { namespace }),
      name,
      ...(uid !== undefined && { uid }),
      ...(after?.resourceVersion !== undefined && { resourceVersion: after.resourceVersion }),
    },
    annotations: { ...base.annotations, ...versions(before, after) },
  };
}

/** An object that was written on the way, such as one inside a namespace that is deleted. */
function refTo({ group, versions: [version = "v1"], plural }: Kind): AuditEvent["objectRef"] {
  return { ...(group !== "" && { apiGroup: group }), apiVersion: version, resource: plural };
}

function versions(
  before: ObjectMeta | undefined,
  after: ObjectMeta | undefined,
): AuditEvent["annotations"] {
  const { generationBefore, generationAfter, resourceVersionBefore } = AUDIT_ANNOTATION;
  return {
    ...(before?.generation !== undefined && { [generationBefore]: String(before.generation) }),
    ...(after?.generation !== undefined && { [generationAfter]: String(after.generation) }),
    ...(before?.resourceVersion !== undefined && {
      [resourceVersionBefore]: before.resourceVersion,
    }),
  };
}

function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}
