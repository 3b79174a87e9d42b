import type { Faults } from "./durable/faults.js";
import type { HostLog } from "./host-log.js";
import type { AccessKeys } from "./http/access-keys.js";

/** How a Functions host is started. */
export interface FunctionsHostOptions {
  /** The folder of package.json (whose `main` is loaded) and host.json. */
  readonly scriptRoot: string;
  /** 0 for any free port. */
  readonly port: number;
  /** Default 127.0.0.1. */
  readonly hostname?: string;
  /** Where the task hub is kept, as `durable.db`. Created when it does not exist. */
  readonly dataDir: string;
  readonly log: HostLog;
  /** When given, functions above level `anonymous` ask for a key. */
  readonly keys?: AccessKeys;
  /** For tests of what rarely happens in Azure. */
  readonly faults?: Faults;
  /**
   * What a call to an activity or orchestration does that the app does not have: `hang` leaves the instance Running, as
   * Azure does, and logs it; `fail` fails the instance. Default `hang`.
   */
  readonly unknownFunctions?: "hang" | "fail";
  /** Milliseconds without a byte after which a request is given up; Azure's front end takes 230 s, the default. */
  readonly idleTimeoutMs?: number;
}
