import { z } from "zod";

/** What Stagecoach adds to an audit event, as annotations. */
export const AUDIT_ANNOTATION = {
  /** `metadata.generation` before and after the write. */
  generationBefore: "stagecoach.dev/generation-before",
  generationAfter: "stagecoach.dev/generation-after",
  /** `metadata.resourceVersion` before the write; the one after it is in `objectRef`. */
  resourceVersionBefore: "stagecoach.dev/resource-version-before",
  /** "true" on a success that had nothing to write. */
  unchanged: "stagecoach.dev/unchanged",
  /** Trace id of the request: `OperationId` in Application Insights. */
  operationId: "stagecoach.dev/operation-id",
  /** How many refused requests before this one were not recorded, because there were too many at a time. */
  omitted: "stagecoach.dev/refusals-omitted",
  /** `allow` or `forbid`. Source: kube-apiserver, audit annotations. */
  decision: "authorization.k8s.io/decision",
} as const;

/** One write of a request: who did what, when, from where, with which outcome. Source: audit.k8s.io/v1 `Event`. */
export const AuditEvent = z.object({
  level: z.literal("Metadata"),
  /** Of the request; the same on all events of one request. */
  auditID: z.string(),
  stage: z.literal("ResponseComplete"),
  /** The path, without the query. */
  requestURI: z.string(),
  verb: z.string(),
  user: z.object({
    username: z.string(),
    uid: z.string().optional(),
    groups: z.array(z.string()).optional(),
  }),
  sourceIPs: z.array(z.string()).optional(),
  userAgent: z.string().optional(),
  objectRef: z.object({
    apiGroup: z.string().optional(),
    apiVersion: z.string(),
    resource: z.string(),
    subresource: z.string().optional(),
    namespace: z.string().optional(),
    name: z.string().optional(),
    uid: z.string().optional(),
    resourceVersion: z.string().optional(),
  }),
  responseStatus: z.object({ code: z.number().int(), reason: z.string().optional() }),
  /** RFC 3339 with milliseconds. */
  requestReceivedTimestamp: z.string(),
  stageTimestamp: z.string(),
  annotations: z.record(z.string(), z.string()),
});
export type AuditEvent = z.infer<typeof AuditEvent>;
