/** One request to Azure Resource Manager, whose caller has shown a token for it. */
export interface AzureRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
}

export interface AzureAnswer {
  readonly status: number;
  /** JSON, or text as it is. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers what it knows; undefined leaves the request to others. */
export type AzureHandler = (request: AzureRequest) => AzureAnswer | undefined;

/** Source: Azure REST API guidelines, error condition responses. */
export function azureError(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): AzureAnswer {
  return { status, body: { error: { code, message } }, headers };
}

/** Source: "Understand how Azure Resource Manager throttles requests". */
export function throttled(retryAfterSeconds: number): AzureAnswer {
  const message = "The request is being throttled as the limit has been reached for operation type";
  const headers = { "retry-after": String(retryAfterSeconds) };
  return azureError(429, "OperationNotAllowed", message, headers);
}

/** Source: "Troubleshoot Azure RBAC", no permission. */
export function forbidden(objectId: string, action: string, scope: string): AzureAnswer {
  const message = `The client '${objectId}' with object id '${objectId}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`;
  return azureError(403, "AuthorizationFailed", message);
}
