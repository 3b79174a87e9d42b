/** One entry of `metav1.StatusDetails.causes`. `reason` is one of the `FieldValue…` constants. */
export interface StatusCause {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

/** `metav1.Status` as it is sent for a failure. */
export interface FailureStatus {
  readonly kind: "Status";
  readonly apiVersion: "v1";
  readonly metadata: Record<string, never>;
  readonly status: "Failure";
  readonly message: string;
  readonly reason: string;
  readonly details?: {
    readonly name?: string;
    readonly group?: string;
    readonly kind?: string;
    readonly causes?: readonly StatusCause[];
    readonly retryAfterSeconds?: number;
  };
  readonly code: number;
}

/** What a resource is called in messages: `configmaps` or `clusterstagedupdateruns.placement.kubernetes-fleet.io`. */
export interface ResourceLabel {
  readonly group: string;
  readonly resource: string;
}

/** A refusal that becomes a `metav1.Status` answer. Throw it anywhere below the HTTP edge. */
export class StatusError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: FailureStatus["details"];
  /** Seconds for the `Retry-After` header; kubectl retries 429 and 5xx only when it is present. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: number,
    reason: string,
    message: string,
    details?: FailureStatus["details"],
    retryAfterSeconds?: number,
  ) {
    super(message);
    this.name = "StatusError";
    this.code = code;
    this.reason = reason;
    this.details = details;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  toStatus(): FailureStatus {
    return {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message: this.message,
      reason: this.reason,
      ...(this.details && { details: this.details }),
      code: this.code,
    };
  }
}

/** `group` is omitted for the core group, as a real server does. */
function details(target: ResourceLabel, name: string) {
  return { name, ...(target.group && { group: target.group }), kind: target.resource };
}

/** `clusterstagedupdateruns.placement.kubernetes-fleet.io`, or the bare plural for the core group. */
export function qualified(target: ResourceLabel): string {
  return target.group ? `${target.resource}.${target.group}` : target.resource;
}

export function notFound(target: ResourceLabel, name: string): StatusError {
  return new StatusError(
    404,
    "NotFound",
    `${qualified(target)} "${name}" not found`,
    details(target, name),
  );
}

export function alreadyExists(target: ResourceLabel, name: string): StatusError {
  return new StatusError(
    409,
    "AlreadyExists",
    `${qualified(target)} "${name}" already exists`,
    details(target, name),
  );
}

export function conflict(
  target: ResourceLabel,
  name: string,
  why = "the object has been modified; please apply your changes to the latest version and try again",
): StatusError {
  return new StatusError(
    409,
    "Conflict",
    `Operation cannot be fulfilled on ${qualified(target)} "${name}": ${why}`,
    details(target, name),
  );
}

export function forbidden(target: ResourceLabel, name: string, why: string): StatusError {
  return new StatusError(
    403,
    "Forbidden",
    `${qualified(target)} "${name}" is forbidden: ${why}`,
    details(target, name),
  );
}

export function badRequest(message: string): StatusError {
  return new StatusError(400, "BadRequest", message);
}

/** 422 with one cause per field. `kind` is the Kind, not the plural: that is what kubectl prints. */
export function invalid(
  kind: { readonly group: string; readonly kind: string },
  name: string,
  causes: readonly StatusCause[],
): StatusError {
  const label = kind.group ? `${kind.kind}.${kind.group}` : kind.kind;
  const texts = causes.map((cause) => `${cause.field}: ${cause.message}`);
  const text = texts.length === 1 ? texts[0] : `[${texts.join(", ")}]`;
  return new StatusError(422, "Invalid", `${label} "${name}" is invalid: ${text}`, {
    name,
    ...(kind.group && { group: kind.group }),
    kind: kind.kind,
    causes,
  });
}

/** Builders of the causes a real API server reports; messages leave out the field, as `StatusCause` does. */
export const fieldCause = {
  required: (field: string, why?: string): StatusCause => ({
    reason: "FieldValueRequired",
    message: why ? `Required value: ${why}` : "Required value",
    field,
  }),
  invalid: (field: string, value: unknown, why: string): StatusCause => ({
    reason: "FieldValueInvalid",
    message: `Invalid value: ${JSON.stringify(value) ?? "null"}: ${why}`,
    field,
  }),
  /** For objects and lists, which a refusal does not repeat. */
  omitted: (field: string, why: string): StatusCause => ({
    reason: "FieldValueInvalid",
    message: `Invalid value: ${why}`,
    field,
  }),
  notSupported: (field: string, value: unknown, supported: readonly unknown[]): StatusCause => ({
    reason: "FieldValueNotSupported",
    message: `Unsupported value: ${JSON.stringify(value) ?? "null"}: supported values: ${supported.map((each) => `"${typeof each === "object" ? JSON.stringify(each) : each}"`).join(", ")}`,
    field,
  }),
  duplicate: (field: string, value: unknown): StatusCause => ({
    reason: "FieldValueDuplicate",
    message: `Duplicate value: ${JSON.stringify(value) ?? "null"}`,
    field,
  }),
  forbidden: (field: string, why: string): StatusCause => ({
    reason: "FieldValueForbidden",
    message: `Forbidden: ${why}`,
    field,
  }),
  typeInvalid: (field: string, actual: string, expected: string): StatusCause => ({
    reason: "FieldValueTypeInvalid",
    message: `Invalid value: "${actual}": ${field} in body must be of type ${expected}: "${actual}"`,
    field,
  }),
  tooLong: (field: string, max: number): StatusCause => ({
    reason: "FieldValueTooLong",
    message: `Too long: may not be more than ${max} bytes`,
    field,
  }),
  tooMany: (field: string, actual: number, max: number): StatusCause => ({
    reason: "FieldValueTooMany",
    message: `Too many: ${actual}: must have at most ${max} items`,
    field,
  }),
} as const;
