import type { KubeObject } from "../api/meta.js";

/** Why a member cannot be talked to; those from `WaitingForTurn` on are known of AKS clusters only. */
export type UnreachableReason =
  | "Unreachable"
  | "Timeout"
  | "Unauthorized"
  | "Throttled"
  | "Misconfigured"
  | "CertificateNotTrusted"
  /** Azure Resource Manager takes so many requests and no more. */
  | "WaitingForTurn"
  | "ClusterStopped"
  | "ClusterDeleted"
  | "NotEntraIntegrated"
  /** Azure Resource Manager refuses the identity. */
  | "AzureRoleMissing"
  /** The cluster's API server refuses the identity. */
  | "ClusterRoleMissing"
  | "PrivateNameNotResolved"
  | "IdentityUnavailable";

/** Why a member could not be talked to at all. `message` has the server's or the network's own words. */
export class MemberUnreachable extends Error {
  readonly reason: UnreachableReason;
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
  /** Where an AKS cluster was found to be, and when Azure Resource Manager was asked last. */
  readonly found?: { readonly server: string; readonly refreshedAt: string };
  /** @throws MemberUnreachable */
  request(request: MemberRequest): Promise<MemberResponse>;
}

/** Finds the way to a member from its MemberCluster object. */
export interface MemberClusters {
  /**
   * @param options.notOlderThan RFC 3339: what is remembered from before is found out anew
   * @throws MemberUnreachable (Misconfigured) when the MemberCluster does not say how, or the context is missing
   */
  connect(
    member: KubeObject,
    options?: { readonly notOlderThan?: string | undefined },
  ): Promise<MemberConnection>;
}
