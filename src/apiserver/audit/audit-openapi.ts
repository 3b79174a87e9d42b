import { z } from "zod";
import { AuditEvent } from "../../api/audit-event.js";
import { openApiOf } from "../openapi/openapi.js";
import { AUDIT_PARAMETERS } from "./audit-query.js";

const EventList = z.object({
  kind: z.literal("EventList"),
  apiVersion: z.literal("audit.k8s.io/v1"),
  metadata: z.object({ continue: z.string().optional() }),
  items: z.array(AuditEvent),
});

/** `GET /openapi/v3/audit`. */
export const auditDocument = openApiOf({
  paths: {
    "/audit": {
      get: {
        description: "What requests have written, and refused writes: newest first.",
        parameters: Object.entries(AUDIT_PARAMETERS).map(([name, description]) => ({
          name,
          in: "query",
          description,
          schema: { type: name === "limit" ? "integer" : "string" },
        })),
        responses: {
          "200": {
            description: "OK",
            content: {
              "application/json": { schema: z.toJSONSchema(EventList, { target: "openapi-3.0" }) },
              "text/plain": { schema: { type: "string" } },
            },
          },
          "400": { description: "A parameter is wrong; the message names it." },
          "403": { description: "The caller may not read it." },
        },
      },
    },
  },
});
