import { badRequest } from "../api/status-error.js";

/** Below a group version: a collection, an object, or a subresource of an object. */
export interface ResourcePath {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
}

/** A path that says something about the server itself, or nothing at all. */
export type ServerPath =
  | { readonly at: "health"; readonly check: string }
  | { readonly at: "version" }
  | { readonly at: "openApi"; readonly document?: string }
  | { readonly at: "openApiV2" }
  | { readonly at: "coreGroup" }
  | { readonly at: "groups" }
  | { readonly at: "group"; readonly group: string }
  | { readonly at: "groupVersion"; readonly group: string; readonly version: string }
  | { readonly at: "nowhere" };

/** What a URL path asks for, before anybody has looked whether it exists. */
export type RequestPath =
  | ServerPath
  | { readonly at: "audit" }
  | { readonly at: "resource"; readonly resource: ResourcePath };

const HEALTH_CHECKS = ["healthz", "readyz", "livez"];
/** Read as subresources of a namespace, not as resources inside it. Source: apiserver `RequestInfoFactory`. */
const NAMESPACE_SUBRESOURCES = ["status", "finalize"];

/** @throws StatusError 400 when a segment is not validly percent-encoded */
export function parseRequestPath(pathname: string): RequestPath {
  const [first, ...rest] = pathname.split("/").filter(Boolean).map(decode);
  if (first === undefined) return { at: "nowhere" };
  if (HEALTH_CHECKS.includes(first) && isCheck(rest)) return { at: "health", check: first };
  if (first === "version" && rest.length === 0) return { at: "version" };
  if (first === "audit" && rest.length === 0) return { at: "audit" };
  if (first === "openapi") return openApiPath(rest);
  if (first === "api") return corePath(rest);
  if (first === "apis") return groupPath(rest);
  return { at: "nowhere" };
}

/** All checks together, or the only one by its name. */
function isCheck(rest: readonly string[]): boolean {
  return rest.length === 0 || (rest.length === 1 && rest[0] === "ping");
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (cause) {
    if (cause instanceof URIError) throw badRequest(`invalid URL escape in "${segment}"`);
    throw cause;
  }
}

function openApiPath([version, ...rest]: readonly string[]): RequestPath {
  if (version === "v2" && rest.length === 0) return { at: "openApiV2" };
  if (version !== "v3") return { at: "nowhere" };
  return rest.length === 0 ? { at: "openApi" } : { at: "openApi", document: rest.join("/") };
}

function corePath([version, ...rest]: readonly string[]): RequestPath {
  if (version === undefined) return { at: "coreGroup" };
  return belowVersion("", version, rest);
}

function groupPath([group, version, ...rest]: readonly string[]): RequestPath {
  if (group === undefined) return { at: "groups" };
  if (version === undefined) return { at: "group", group };
  return belowVersion(group, version, rest);
}

function belowVersion(group: string, version: string, segments: readonly string[]): RequestPath {
  if (segments.length === 0) return { at: "groupVersion", group, version };
  const [first, namespace, ...inner] = segments;
  if (first !== "namespaces" || namespace === undefined || isOfNamespaceItself(inner)) {
    return resourcePath({ group, version }, segments);
  }
  return resourcePath({ group, version, namespace }, inner);
}

function isOfNamespaceItself(inner: readonly string[]): boolean {
  const [only] = inner;
  return only === undefined || (inner.length === 1 && NAMESPACE_SUBRESOURCES.includes(only));
}

function resourcePath(
  base: { readonly group: string; readonly version: string; readonly namespace?: string },
  [plural, name, subresource, ...rest]: readonly string[],
): RequestPath {
  if (plural === undefined || rest.length > 0) return { at: "nowhere" };
  return {
    at: "resource",
    resource: {
      ...base,
      plural,
      ...(name !== undefined && { name }),
      ...(subresource !== undefined && { subresource }),
    },
  };
}
