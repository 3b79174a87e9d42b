import { MemberUnreachable } from "../member-connection.js";
import type { AksTarget } from "./aks-target.js";
import { armFailure } from "./arm-failure.js";
import type { ArmBudget, ArmTurns } from "./arm-turns.js";
import type { ClusterFacts, ResourceManager } from "./resource-manager.js";

/** What asking Azure Resource Manager takes. */
export interface ArmAccess {
  readonly arm: ResourceManager;
  readonly turns: ArmTurns;
}

/**
 * A cluster that takes members: one that runs and knows the app's identity.
 *
 * @throws MemberUnreachable, with what to do about it
 */
export async function describeCluster(access: ArmAccess, target: AksTarget): Promise<ClusterFacts> {
  const { subscription, resourceGroup, name } = target.id;
  const facts = await call(access, target, { call: "Read", subscription }, () =>
    access.arm.describe(target.id),
  );
  if (facts.stopped) {
    throw new MemberUnreachable(
      "ClusterStopped",
      `${target.member}: the AKS cluster ${name} is stopped; start it: az aks start --resource-group ${resourceGroup} --name ${name}`,
    );
  }
  requireEntra(target, facts);
  return facts;
}

/** Without Microsoft Entra the user's kubeconfig is an administrator's: nobody gets that by accident. */
export function requireEntra(target: AksTarget, { entra }: { readonly entra: boolean }): void {
  if (entra || target.allowLocalAccounts) return;
  const { resourceGroup, name } = target.id;
  throw new MemberUnreachable(
    "NotEntraIntegrated",
    `${target.member}: the AKS cluster ${name} is not integrated with Microsoft Entra, so it takes no tokens; integrate it: az aks update --enable-aad --resource-group ${resourceGroup} --name ${name}; or set spec.aks.allowLocalAccounts to use its local administrator`,
  );
}

/** The kubeconfig that Azure gives a user of the cluster. @throws MemberUnreachable */
export function userKubeconfig(
  access: ArmAccess,
  target: AksTarget,
  region: string,
): Promise<string> {
  const { subscription } = target.id;
  return call(access, target, { call: "Credentials", subscription, region }, () =>
    access.arm.userKubeconfig(target.id),
  );
}

/** One call in its turn. A refusal because of too many calls holds for everybody who shares the budget. */
async function call<T>(
  { turns }: ArmAccess,
  target: AksTarget,
  budget: ArmBudget,
  send: () => Promise<T>,
): Promise<T> {
  const turn = await turns.take(budget, target.resourceId.toLowerCase());
  if (turn.kind === "Later") throw waitingForTurn(target, budget, turn);
  try {
    return await send();
  } catch (error) {
    const { reason, sentence, retryAfterSeconds } = armFailure(error, target.id, target.resourceId);
    if (retryAfterSeconds !== undefined) turns.refused(budget, retryAfterSeconds);
    // Not its cause: the SDK's errors hold request and answer.
    throw new MemberUnreachable(reason, `${target.member}: ${sentence}`, {
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    });
  }
}

function waitingForTurn(
  { member, id }: AksTarget,
  budget: ArmBudget,
  { at, seconds }: { readonly at: Date; readonly seconds: number },
): MemberUnreachable {
  const where = budget.call === "Credentials" ? ` in ${budget.region}` : "";
  return new MemberUnreachable(
    "WaitingForTurn",
    `${member}: waiting for its turn at Azure Resource Manager, about ${seconds} s, until ${at.toISOString().slice(0, 19)}Z; it takes so many requests a second for subscription ${id.subscription}${where}`,
    { retryAfterSeconds: seconds },
  );
}
