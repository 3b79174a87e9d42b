import type { AuditLog } from "../../storage/audit-log.js";
import type { RefusalLimit } from "./refusal-limit.js";

/** How requests that write are recorded. */
export interface Audit {
  readonly log: AuditLog;
  readonly refusals: RefusalLimit;
  /** Gets a line before a request begins to write, for logs. */
  readonly announce?: ((line: string) => void) | undefined;
}
