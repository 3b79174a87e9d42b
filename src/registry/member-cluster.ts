import { MANAGED_CLUSTER_ID_SHAPE, parseManagedClusterId } from "../api/managed-cluster-id.js";
import { MemberCluster } from "../api/member-cluster.js";
import type { KubeObject } from "../api/meta.js";
import { FINALIZER_MEMBER_CLUSTER } from "../api/names.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";
import { ageText } from "./age.js";
import { ruleCause } from "./causes.js";
import { ageColumn, column, conditionColumn, pathColumn } from "./columns.js";
import { fieldAt, listAt, stringAt } from "./fields.js";
import { withFinalizers } from "./finalizers.js";
import type { Kind } from "./kind.js";
import { memberMotion } from "./member-motion.js";
import { clusterGroupKind } from "./own-kind.js";
import { refreshMemberAction } from "./refresh-member.js";
import type { Scope } from "./scope.js";

/** The ways of reaching a member; a MemberCluster names exactly one of them. */
const CONNECTIONS: readonly string[] = ["kubeconfig", "aks"];
/** Bindings and stage sorting put the name into labels. */
const MAX_NAME_LENGTH = 63;

/** MemberCluster. `placements` are the scopes of the placements that look again when a member changes. */
export function memberClusterKind(options: { readonly placements: readonly Scope[] }): Kind {
  return clusterGroupKind(
    {
      kind: "MemberCluster",
      plural: "memberclusters",
      singular: "membercluster",
      shortNames: ["cluster"],
    },
    MemberCluster,
    {
      subresources: { status: true, scale: false },
      columns: [
        conditionColumn("Joined", "Joined"),
        ageColumn("date"),
        column("Member-Agent-Last-Seen", lastSeen, {
          type: "date",
          jsonPath: '.status.agentStatus[?(@.type=="MemberAgent")].lastReceivedHeartbeat',
        }),
        pathColumn("Node-Count", [
          "status",
          "properties",
          "kubernetes-fleet.io/node-count",
          "value",
        ]),
        pathColumn("Available-CPU", ["status", "resourceUsage", "available", "cpu"]),
        pathColumn("Available-Memory", ["status", "resourceUsage", "available", "memory"]),
        pathColumn("Allocatable-CPU", ["status", "resourceUsage", "allocatable", "cpu"], {
          priority: 1,
        }),
        pathColumn("Allocatable-Memory", ["status", "resourceUsage", "allocatable", "memory"], {
          priority: 1,
        }),
      ],
      prepareForCreate: (member) => withFinalizers(member, [FINALIZER_MEMBER_CLUSTER]),
      validate: validateMemberCluster,
      actions: [refreshMemberAction],
      setsInMotion: memberMotion(options.placements),
    },
  );
}

function lastSeen(member: KubeObject, now: Date): string | undefined {
  const agent = listAt(member, "status", "agentStatus").find(
    (status) => stringAt(status, "type") === "MemberAgent",
  );
  const time = stringAt(agent, "lastReceivedHeartbeat");
  return time && ageText(time, now);
}

function validateMemberCluster(member: KubeObject, before?: KubeObject): readonly StatusCause[] {
  const ways = CONNECTIONS.filter((way) => fieldAt(member, "spec", way) !== undefined);
  const causes: StatusCause[] = [];
  if (!before && member.metadata.name.length > MAX_NAME_LENGTH) {
    causes.push(ruleCause("metadata.name", `metadata.name max length is ${MAX_NAME_LENGTH}`));
  }
  if (ways.length === 0) {
    causes.push(
      fieldCause.required(
        "spec.kubeconfig",
        `say how the cluster is reached, with one of: ${CONNECTIONS.join(", ")}`,
      ),
    );
  }
  const resourceId = stringAt(member, "spec", "aks", "resourceId");
  if (resourceId !== undefined && !parseManagedClusterId(resourceId)) {
    causes.push(
      fieldCause.invalid(
        "spec.aks.resourceId",
        resourceId,
        `not the id of an AKS cluster, which looks like ${MANAGED_CLUSTER_ID_SHAPE}`,
      ),
    );
  }
  for (const way of ways.slice(1)) {
    causes.push(
      fieldCause.forbidden(`spec.${way}`, `the cluster is already reached through ${ways[0]}`),
    );
  }
  return causes;
}
