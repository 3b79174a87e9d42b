import { CLUSTER_GROUP } from "../src/api/names.js";
import { type HubClient, HubRefusal } from "./hub-client.js";

const MEMBER_CLUSTERS = `/apis/${CLUSTER_GROUP}/v1beta1/memberclusters`;
const CONFLICT = 409;

/** A member as it is first registered. */
export interface MemberRegistration {
  readonly name: string;
  /** The context of the app's kubeconfig that reaches it. */
  readonly context: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Makes a MemberCluster of each member that has none. Those that exist keep what people made of them. */
export async function registerMembers(
  hub: HubClient,
  members: readonly MemberRegistration[],
): Promise<void> {
  for (const member of members) await registerMember(hub, member);
}

async function registerMember(
  hub: HubClient,
  { name, context, labels }: MemberRegistration,
): Promise<void> {
  try {
    await hub.create(MEMBER_CLUSTERS, {
      apiVersion: `${CLUSTER_GROUP}/v1beta1`,
      kind: "MemberCluster",
      metadata: { name, labels },
      spec: { kubeconfig: { context } },
    });
  } catch (error) {
    if (error instanceof HubRefusal && error.code === CONFLICT) return;
    throw new Error(`registering member ${name} failed: ${String(error)}`, { cause: error });
  }
}
