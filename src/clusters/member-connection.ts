import type { KubeObject } from "../api/meta.js";

/** How a member's API server is reached, before any credentials. */
export type MemberEndpoint = { readonly kind: "kubeconfig"; readonly context: string };

/** Why a member could not be talked to at all. `message` has the server's or the network's own words. */
export class MemberUnreachable extends Error {
  readonly reason: "Unreachable" | "Timeout" | "Unauthorized" | "Throttled" | "Misconfigured";
  /** Server's wish from Retry-After. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    reason: MemberUnreachable["reason"],
    message: string,
    options?: ErrorOptions & { retryAfterSeconds?: number },
  ) {
    super(message, options);
    this.name = "MemberUnreachable";
    this.reason = reason;
    this.retryAfterSeconds = options?.retryAfterSeconds;
  }
}

/** An answer of the member's API server, whatever its status; only 401 and a lasting 429 are thrown. */
export interface MemberResponse {
  readonly status: number;
  /** Parsed JSON: an object, a list or a `metav1.Status`. */
  readonly body: unknown;
}

export interface MemberRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path and query below the server's URL. */
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly signal?: AbortSignal;
  /** Default 15000. */
  readonly timeoutMs?: number;
}

/** One member, ready to be asked. Connections (TCP, TLS) are kept alive and shared between activities of a process. */
export interface MemberConnection {
  readonly memberName: string;
  /** @throws MemberUnreachable */
  request(request: MemberRequest): Promise<MemberResponse>;
}

/** Finds the way to a member from its MemberCluster object. */
export interface MemberClusters {
  /** @throws MemberUnreachable (Misconfigured) when the MemberCluster does not say how, or the context is missing */
  connect(member: KubeObject): Promise<MemberConnection>;
}
