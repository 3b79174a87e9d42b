import { wordsOf } from "../answer.js";
import type { MemberResponse } from "../member-connection.js";
import type { AksTarget } from "./aks-target.js";
import type { KnownCluster } from "./known-clusters.js";

/** Refusals for want of a right, not those of admission. Source: kube-apiserver `responsewriters.forbiddenMessage`. */
const NOT_ALLOWED = /User "[^"]*" cannot /;

/** The answer as it is; if it refuses the identity, its message says as well who can grant the right, and how. */
export function withAdvice(
  response: MemberResponse,
  target: AksTarget,
  known: Pick<KnownCluster, "azureRbac">,
  objectId = "of the app",
): MemberResponse {
  const { status, body } = response;
  const words = wordsOf(response);
  if (status !== 403 || !NOT_ALLOWED.test(words)) return response;
  const advice = known.azureRbac
    ? `give the identity ${objectId} the role "Azure Kubernetes Service RBAC Cluster Admin", or one of its own with this right, on ${target.resourceId} or a scope above; it takes up to five minutes to work`
    : `on the cluster, bind the user "${objectId}" by a ClusterRoleBinding to a ClusterRole with this right`;
  const status403 = typeof body === "object" && body !== null ? body : {};
  return { status, body: { ...status403, message: `${words}; ${advice}` } };
}
