import { CLUSTER_GROUP, PLACEMENT_GROUP } from "../api/names.js";
import type { TwinNames } from "../registry/scope.js";
import {
  APPROVAL_REQUEST,
  ENVELOPE,
  PLACEMENT,
  RESOURCE_OVERRIDE,
  UPDATE_RUN,
  UPDATE_STRATEGY,
} from "../registry/twins.js";
import type { FleetRole } from "./fleet-role.js";

/** A kind of object by the name it has in paths, or one of its subresources, views and actions. */
export interface Resource {
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string | undefined;
}

type Level = "nothing" | "read" | "write";

/** What the roles may do with the resources that no row above covers. */
interface Row {
  readonly covers: (resource: Resource) => boolean;
  readonly may: Readonly<Record<FleetRole, Level>>;
}

const READ_VERBS: readonly string[] = ["get", "list", "watch"];
const WRITE_VERBS: readonly string[] = ["create", "update", "patch", "delete", "deletecollection"];

/** What people of the fleet write; the rest of the group is written by the server. */
const WRITTEN_BY_PEOPLE: readonly TwinNames[] = [
  PLACEMENT,
  UPDATE_STRATEGY,
  UPDATE_RUN,
  RESOURCE_OVERRIDE,
  ENVELOPE,
];

const OPERATING: Row["may"] = {
  "Fleet.Reader": "read",
  "Fleet.Operator": "write",
  "Fleet.Approver": "read",
  "Fleet.Admin": "write",
};

/** The first row that covers a resource counts; the last one covers everything. */
const ROWS: readonly Row[] = [
  {
    covers: (asked) => isSubresource(asked, APPROVAL_REQUEST, ["status", "approve", "reject"]),
    may: {
      "Fleet.Reader": "read",
      "Fleet.Operator": "read",
      "Fleet.Approver": "write",
      "Fleet.Admin": "write",
    },
  },
  { covers: (asked) => isSubresource(asked, UPDATE_RUN, ["start", "stop"]), may: OPERATING },
  { covers: (asked) => isSubresource(asked, PLACEMENT, ["snapshots"]), may: OPERATING },
  {
    covers: (asked) =>
      asked.subresource === undefined && WRITTEN_BY_PEOPLE.some((twins) => isOf(asked, twins)),
    may: OPERATING,
  },
  {
    covers: ({ group, resource }) => group === "" && resource === "secrets",
    may: {
      "Fleet.Reader": "nothing",
      "Fleet.Operator": "write",
      "Fleet.Approver": "nothing",
      "Fleet.Admin": "write",
    },
  },
  {
    covers: (asked) =>
      isPlaceable(asked) && (asked.subresource === undefined || asked.subresource === "scale"),
    may: OPERATING,
  },
  {
    covers: () => true,
    may: {
      "Fleet.Reader": "read",
      "Fleet.Operator": "read",
      "Fleet.Approver": "read",
      "Fleet.Admin": "write",
    },
  },
];

/** Whether a role may do this where it is given. An administrator may do whatever there will ever be. */
export function roleMay(role: FleetRole, verb: string, asked: Resource): boolean {
  if (role === "Fleet.Admin") return true;
  const asksForAll = asked.group === "*" || asked.resource === "*";
  const rows = asksForAll ? ROWS : ROWS.filter(({ covers }) => covers(asked)).slice(0, 1);
  return rows.every(({ may }) => levelAllows(may[role], verb));
}

function levelAllows(level: Level, verb: string): boolean {
  if (level === "nothing") return false;
  return READ_VERBS.includes(verb) || (level === "write" && WRITE_VERBS.includes(verb));
}

function isSubresource(asked: Resource, twins: TwinNames, names: readonly string[]): boolean {
  return isOf(asked, twins) && asked.subresource !== undefined && names.includes(asked.subresource);
}

function isOf({ group, resource }: Resource, twins: TwinNames): boolean {
  return (
    group === PLACEMENT_GROUP && Object.values(twins).some(({ plural }) => plural === resource)
  );
}

const UNPLACED_GROUPS: readonly string[] = [
  PLACEMENT_GROUP,
  CLUSTER_GROUP,
  "apiextensions.k8s.io",
  "coordination.k8s.io",
  "events.k8s.io",
];
const UNPLACED_CORE: readonly string[] = ["events", "nodes", "pods"];

/** What members get, custom resources included. Definitions are placed too, but they change what the hub itself serves. */
function isPlaceable({ group, resource }: Resource): boolean {
  if (group === "stagecoach.dev" || group.endsWith(".stagecoach.dev")) return false;
  if (group === "") return !UNPLACED_CORE.includes(resource);
  return !UNPLACED_GROUPS.includes(group);
}
