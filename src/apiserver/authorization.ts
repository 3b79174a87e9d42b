import { forbidden, StatusError } from "../api/status-error.js";
import type { UserInfo } from "../registry/kind.js";
import type { ApiRequest } from "./api-exchange.js";

/** What somebody wants to do. Source: authorization.k8s.io/v1 `ResourceAttributes`, `NonResourceAttributes`. */
export interface AccessAttributes {
  readonly verb: string;
  /** Set for paths outside the API groups, such as `/healthz`; the other properties are absent then. */
  readonly path?: string | undefined;
  readonly group?: string | undefined;
  readonly version?: string | undefined;
  readonly resource?: string | undefined;
  readonly subresource?: string | undefined;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

export interface Access {
  readonly allowed: boolean;
  /** One phrase, printed by `kubectl auth can-i`. */
  readonly reason?: string;
}

export type Authorize = (user: UserInfo, attributes: AccessAttributes) => Access;

/** For servers on the loopback interface only: whoever reaches them may do everything. */
export const allowEverything: Authorize = () => ({ allowed: true });

/** @throws StatusError 403 in the words of a real API server */
export function requireAccess(
  authorize: Authorize,
  user: UserInfo,
  attributes: AccessAttributes,
): void {
  const { allowed, reason } = authorize(user, attributes);
  if (allowed) return;
  const because = reason ? `: ${reason}` : "";
  const { verb, path, group = "", resource = "", subresource, namespace, name } = attributes;
  if (path !== undefined) {
    const why = `User "${user.username}" cannot ${verb} path "${path}"${because}`;
    throw new StatusError(403, "Forbidden", `forbidden: ${why}`, {});
  }
  const full = subresource ? `${resource}/${subresource}` : resource;
  const place = namespace ? `in the namespace "${namespace}"` : "at the cluster scope";
  const why = `User "${user.username}" cannot ${verb} resource "${full}" in API group "${group}" ${place}${because}`;
  if (name) throw forbidden({ group, resource }, name, why);
  const qualified = group ? `${resource}.${group}` : resource;
  throw new StatusError(403, "Forbidden", `${qualified} is forbidden: ${why}`, {
    ...(group && { group }),
    kind: resource,
  });
}

/**
 * `kubectl --as` is for those who may impersonate, which nobody may here: to act as the caller instead would be worse
 * than an error.
 *
 * @throws StatusError 403 in the words of a real API server
 */
export function refuseImpersonation({ headers }: ApiRequest, user: UserInfo): void {
  for (const [header, resource] of IMPERSONATION) {
    const name = headers.get(header);
    if (name === null) continue;
    const why = `User "${user.username}" cannot impersonate resource "${resource}" in API group "" at the cluster scope`;
    throw forbidden({ group: "", resource }, name, why);
  }
}

const IMPERSONATION = [
  ["impersonate-user", "users"],
  ["impersonate-uid", "uids"],
  ["impersonate-group", "groups"],
] as const;
