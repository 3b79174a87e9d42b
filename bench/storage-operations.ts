import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";

/** Node tells there about each request that `node:http` begins; the storage SDKs send with it. */
const REQUESTS = "http.client.request.start";

/** Counts what this process sends to the storage account, repeated requests included. */
export class StorageOperations {
  private readonly hosts: ReadonlySet<string>;
  private count = 0;

  /** @param connectionString of the account; its endpoints tell which requests count */
  constructor(connectionString: string) {
    this.hosts = new Set(
      Array.from(connectionString.matchAll(/https?:\/\/([^/;]+)/g), ([, host = ""]) => host),
    );
    subscribe(REQUESTS, this.onRequest);
  }

  /** All since the last call. */
  take(): number {
    const { count } = this;
    this.count = 0;
    return count;
  }

  stop(): void {
    unsubscribe(REQUESTS, this.onRequest);
  }

  private readonly onRequest = (message: unknown): void => {
    const { request } = message as { readonly request: ClientRequest };
    if (this.hosts.has(String(request.getHeader("host")))) this.count += 1;
  };
}
