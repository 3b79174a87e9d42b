import { beforeEach, describe, expect, inject, it } from "vitest";
import { AuditExpiry } from "../../src/activities/expire-audit.js";
import type { AuditLog } from "../../src/storage/audit-log.js";
import { connectStorage } from "../../src/storage/connect-storage.js";
import { auditEvent } from "../support/audit-event.js";
import { freshPrefix } from "../support/table-prefix.js";

describe("audit events", () => {
  let log: AuditLog;
  let operations: number;
  let now: Date;
  let expiry: AuditExpiry;

  beforeEach(async () => {
    const storage = connectStorage(
      { kind: "connectionString", connectionString: inject("azurite"), prefix: freshPrefix() },
      {
        onOperation: () => {
          operations += 1;
        },
      },
    );
    await storage.prepare();
    log = storage.audit;
    for (const day of ["01", "02", "03"]) {
      await log.append([auditEvent(`2026-01-${day}T18:00:00.000Z`, { auditID: day })]);
    }
    operations = 0;
    expiry = new AuditExpiry(log, 30, () => now);
  });

  async function leftAt(time: string): Promise<readonly string[]> {
    now = new Date(time);
    await expiry.collect();
    return (await log.page({}, 100)).events.map(({ auditID }) => auditID);
  }

  it("go when their day is as long ago as they are kept", async () => {
    expect(await leftAt("2026-01-31T23:59:00Z")).toEqual(["03", "02", "01"]);
    expect(await leftAt("2026-02-01T00:00:00Z")).toEqual(["03", "02"]);
    expect(await leftAt("2026-02-02T00:05:00Z")).toEqual(["03"]);
  });

  it("are looked for once a day while none is due", async () => {
    for (const time of ["00:05", "00:10", "12:00", "23:55"]) {
      now = new Date(`2026-01-20T${time}:00Z`);
      await expiry.collect();
    }
    expect(operations).toBe(1);
    now = new Date("2026-01-21T00:00:00Z");
    await expiry.collect();
    expect(operations).toBe(2);
  });
});
