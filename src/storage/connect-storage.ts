import type { z } from "zod";
import type { AuditLog } from "./audit-log.js";
import type { Documents } from "./documents.js";
import { gzipBlobs } from "./gzip-blobs.js";
import type { ObjectStore } from "./object-store.js";
import type { SnapshotContents } from "./snapshot-contents.js";
import { snapshotContentsBlobs } from "./snapshot-contents-blobs.js";
import { withSnapshotContents } from "./snapshot-object-store.js";
import { type OnOperation, type StorageAccount, storageClients } from "./storage-clients.js";
import { tableAuditLog } from "./table-audit-log.js";
import { type TableDocuments, tableDocuments } from "./table-documents.js";
import { type ObjectLooks, tableObjectStore } from "./table-object-store.js";
import { TableRows } from "./table-rows.js";

/** The account, and what the names of this app's tables and its container begin with: letters and digits. */
export type StorageConfig = StorageAccount & { readonly prefix?: string };

/** Everything the app keeps. */
export interface Storage {
  /** Creates tables and containers that are missing, also for all `documents` asked for so far. Idempotent. */
  prepare(): Promise<void>;
  /** Objects as they are served: resource snapshots with their contents. */
  readonly objects: ObjectStore;
  /** Objects as their rows hold them: resource snapshots without their contents. */
  readonly rows: ObjectStore & ObjectLooks;
  /** @param table letters and digits; each table has one schema */
  documents<T>(table: string, schema: z.ZodType<T>): Documents<T>;
  readonly contents: SnapshotContents;
  readonly audit: AuditLog;
  /** Ends all watches. */
  close(): void;
}

const DEFAULT_PREFIX = "stagecoach";
const OBJECTS_TABLE = "objects";
const AUDIT_TABLE = "audit";

/** Nothing is sent before the first call. Failures are `StoreError`, `StorageUnavailable`, or a defect. */
export function connectStorage(
  config: StorageConfig,
  options: { readonly onOperation?: OnOperation; readonly now?: () => number } = {},
): Storage {
  const { prefix = DEFAULT_PREFIX } = config;
  const clients = storageClients(config, options.onOperation);
  const blobs = gzipBlobs(clients.container(`${prefix.toLowerCase()}-data`));
  const objectRows = new TableRows(clients.table(`${prefix}${OBJECTS_TABLE}`), blobs);
  const rows = tableObjectStore(objectRows, options.now);
  const contents = snapshotContentsBlobs(blobs);
  const audit = tableAuditLog(clients.table(`${prefix}${AUDIT_TABLE}`));
  const asked: Pick<TableDocuments<unknown>, "prepare">[] = [];

  return {
    async prepare() {
      const targets = [blobs, objectRows, audit, ...asked];
      await Promise.all(targets.map((target) => target.prepare()));
    },
    objects: withSnapshotContents(rows, contents),
    rows,
    documents(table, schema) {
      const documents = tableDocuments(clients.table(`${prefix}${table}`), blobs, schema);
      asked.push(documents);
      return documents;
    },
    contents,
    audit,
    close: () => rows.close(),
  };
}
