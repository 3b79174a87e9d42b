import { TableClient } from "@azure/data-tables";
import { inject } from "vitest";
import type { AuditLog } from "../../src/storage/audit-log.js";
import { connectStorage } from "../../src/storage/connect-storage.js";
import { freshPrefix } from "./table-prefix.js";

/** An audit log of its own, and everything its table holds as text. */
export async function openAuditLog(): Promise<{
  readonly log: AuditLog;
  contents(): Promise<string>;
}> {
  const connectionString = inject("azurite");
  const prefix = freshPrefix();
  const storage = connectStorage({ kind: "connectionString", connectionString, prefix });
  await storage.prepare();
  const table = TableClient.fromConnectionString(connectionString, `${prefix}audit`, {
    allowInsecureConnection: true,
  });
  return {
    log: storage.audit,
    async contents() {
      const rows: object[] = [];
      for await (const row of table.listEntities()) rows.push(row);
      return JSON.stringify(rows);
    },
  };
}
