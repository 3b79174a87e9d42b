import type { AuditEvent } from "../../src/api/audit-event.js";

/** An event of `ada`'s creation of a ConfigMap at that time. */
export function auditEvent(
  time: string,
  changes: Partial<Omit<AuditEvent, "objectRef">> & {
    readonly objectRef?: Partial<AuditEvent["objectRef"]>;
  } = {},
): AuditEvent {
  return {
    level: "Metadata",
    auditID: `at-${time}`,
    stage: "ResponseComplete",
    requestURI: "/api/v1/namespaces/app/configmaps",
    verb: "create",
    user: { username: "ada" },
    responseStatus: { code: 201 },
    requestReceivedTimestamp: time,
    stageTimestamp: time,
    annotations: {},
    ...changes,
    objectRef: {
      apiVersion: "v1",
      resource: "configmaps",
      namespace: "app",
      name: "cm",
      ...changes.objectRef,
    },
  };
}
