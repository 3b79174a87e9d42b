import { CLUSTER_GROUP, PLACEMENT_GROUP } from "../api/names.js";
import type { Access, AccessAttributes, Authorize } from "../apiserver/authorization.js";
import type { UserInfo } from "../registry/kind.js";
import { UPDATE_STRATEGY } from "../registry/twins.js";
import type { AccessEntry } from "./access-setting.js";
import { EXTRA_ROLES, SUPERUSERS } from "./fleet-caller.js";
import { FleetRole, type Grant } from "./fleet-role.js";
import { type Resource, roleMay } from "./role-table.js";

/**
 * Decides by the app roles that the caller's token brings, and by those that the app setting STAGECOACH_ACCESS adds to
 * them. Roles add up; nothing takes one away.
 */
export function fleetAuthorizer(entries: readonly AccessEntry[]): Authorize {
  return (user, attributes) => {
    if (user.groups.includes(SUPERUSERS)) return ALLOWED;
    if (isOpenToAll(attributes)) return ALLOWED;
    const grants = grantsOf(user, entries);
    if (grants.some((grant) => grantAllows(grant, attributes))) return ALLOWED;
    return { allowed: false, reason: whyNot(grants, attributes) };
  };
}

const ALLOWED: Access = { allowed: true };

/** All roles of a caller, those in some namespaces included. */
export function grantsOf(user: UserInfo, entries: readonly AccessEntry[]): readonly Grant[] {
  const ofToken = (user.extra?.[EXTRA_ROLES] ?? []).flatMap((value) => {
    const role = FleetRole.safeParse(value);
    return role.success ? [{ role: role.data }] : [];
  });
  return [...ofToken, ...entries.filter((entry) => isAbout(entry, user))];
}

function isAbout({ principal, group }: AccessEntry, { uid, username, groups }: UserInfo): boolean {
  if (group !== undefined) return groups.includes(group);
  return principal === uid || principal?.toLowerCase() === username.toLowerCase();
}

const REVIEW_GROUPS: readonly string[] = ["authorization.k8s.io", "authentication.k8s.io"];
/** What the server serves, and how it is. Source: the ClusterRole `system:discovery` of Kubernetes. */
const DISCOVERY = /^\/(api|apis|openapi)(\/.*)?$|^\/(healthz|livez|readyz|version)$/;

/** Everybody with a name may ask what there is and what they may do: without it kubectl cannot say what is missing. */
function isOpenToAll({ verb, path, group = "" }: AccessAttributes): boolean {
  if (path !== undefined) return verb === "get" && DISCOVERY.test(path);
  return verb === "create" && REVIEW_GROUPS.includes(group);
}

function grantAllows(grant: Grant, attributes: AccessAttributes): boolean {
  const { verb, path } = attributes;
  if (path !== undefined) return grant.role === "Fleet.Admin";
  const asked = resourceOf(attributes);
  if (!grant.namespaces) return roleMay(grant.role, verb, asked);
  const namespace = namespaceOf(attributes);
  if (namespace !== undefined && grant.namespaces.includes(namespace)) {
    return isNamespaceItself(asked) ? verb === "get" : roleMay(grant.role, verb, asked);
  }
  return namespace === undefined && isSharedReading(verb, asked);
}

function resourceOf({ group = "", resource = "", subresource }: AccessAttributes): Resource {
  return { group, resource, subresource };
}

/** A namespace lies in itself, as far as access to it goes. Source: apiserver `RequestInfoFactory`. */
function namespaceOf(attributes: AccessAttributes): string | undefined {
  return isNamespaceItself(resourceOf(attributes))
    ? attributes.name
    : attributes.namespace || undefined;
}

function isNamespaceItself({ group, resource }: Resource): boolean {
  return group === "" && resource === "namespaces";
}

/** What a team has to see of the fleet to write placements and strategies of its own: the members, and how others do it. */
function isSharedReading(verb: string, { group, resource, subresource }: Resource): boolean {
  const shared =
    (group === CLUSTER_GROUP && resource === "memberclusters") ||
    (group === PLACEMENT_GROUP && resource === UPDATE_STRATEGY.Cluster.plural);
  return shared && subresource === undefined && ["get", "list", "watch"].includes(verb);
}

const NO_ROLE = `the caller has none of the roles ${FleetRole.options.join(", ")}; an owner of the Entra application assigns them, or whoever runs the app does in STAGECOACH_ACCESS`;

function whyNot(grants: readonly Grant[], attributes: AccessAttributes): string {
  if (grants.length === 0) return NO_ROLE;
  const able = FleetRole.options.filter((role) => grantAllows({ role }, attributes));
  return `it takes the role ${able.join(" or ")}`;
}
