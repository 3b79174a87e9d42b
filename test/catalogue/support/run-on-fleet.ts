import type { Condition } from "../../../src/api/meta.js";
import type { ResourceBinding } from "../../../src/api/resource-binding.js";
import type { StageUpdatingStatus, UpdateRunStatus } from "../../../src/api/update-run.js";
import { openPlayedFleet, type PlayedFleet } from "./played-fleet.js";
import type { Scope } from "./scoped-kinds.js";

/** What makes a stage of the members in an environment. */
export const env = (environment: string) => ({ labelSelector: { matchLabels: { environment } } });

/** Finds a condition among those that a status, stage, cluster or task has. */
export function conditionIn(
  part: { readonly conditions?: readonly Condition[] | undefined } | undefined,
  type: string,
): Condition | undefined {
  return part?.conditions?.find((condition) => condition.type === type);
}

/** Conditions as `Type Status Reason`: what they say without when and why. */
export function told(
  part: { readonly conditions?: readonly Condition[] | undefined } | undefined,
): readonly string[] {
  return (part?.conditions ?? []).map(({ type, status, reason }) => `${type} ${status} ${reason}`);
}

export interface Rehearsal {
  readonly stages: readonly object[];
  /** Of the placement. */
  readonly strategy?: object;
  readonly policy?: object;
  /** Those of the fleet unless given. */
  readonly selectors?: readonly object[];
}

/** The placement `p` and the strategy `s` on a fleet, and what a test asks about their runs. */
export class RunOnFleet {
  readonly fleet: PlayedFleet;

  constructor(fleet: PlayedFleet) {
    this.fleet = fleet;
  }

  async prepare({ stages, strategy, policy, selectors }: Rehearsal): Promise<void> {
    await this.fleet.create("strategy", "s", { stages });
    await this.fleet.create("placement", "p", {
      resourceSelectors: selectors ?? this.fleet.selectors,
      strategy: { type: "External", ...strategy },
      ...(policy && { policy }),
    });
    await this.fleet.play();
  }

  async start(name = "r", spec: object = {}): Promise<void> {
    await this.fleet.create("run", name, {
      placementName: "p",
      stagedRolloutStrategyName: "s",
      ...spec,
    });
    await this.fleet.play();
  }

  async setState(state: string, name = "r"): Promise<void> {
    await this.fleet.patch("run", name, { spec: { state } });
    await this.fleet.play();
  }

  async approve(request: string): Promise<void> {
    await this.fleet.send("POST", `${this.fleet.names.path("request", request)}/approve`);
    await this.fleet.play();
  }

  async edit(value: string): Promise<void> {
    const { configMapPath } = this.fleet;
    await this.fleet.send("PATCH", configMapPath, { data: { key: value } });
    await this.fleet.play();
  }

  async status(name = "r"): Promise<UpdateRunStatus> {
    return (await this.fleet.get("run", name)).status as UpdateRunStatus;
  }

  async stage(index: number, name = "r"): Promise<StageUpdatingStatus | undefined> {
    return (await this.status(name)).stagesStatus?.[index];
  }

  /** Clusters of a stage with the last thing that is known of each: `Started`, `Succeeded`, `Failed`, or nothing. */
  async progress(stage: number, name = "r"): Promise<readonly string[]> {
    const { clusters = [] } = (await this.stage(stage, name)) ?? {};
    return clusters.map((cluster) => {
      const outcome = conditionIn(cluster, "Succeeded")?.status;
      const word = outcome === "True" ? "Succeeded" : outcome === "False" ? "Failed" : "";
      const known = word || conditionIn(cluster, "Started")?.type;
      return known ? `${cluster.clusterName} ${known}` : cluster.clusterName;
    });
  }

  async bindings(): Promise<Readonly<Record<string, ResourceBinding>>> {
    const items = (await this.fleet.list("binding")) as unknown as readonly ResourceBinding[];
    return Object.fromEntries(items.map((binding) => [binding.spec.targetCluster, binding]));
  }
}

/** A fleet of one member in staging, `a`, and two in canary, `b` and `c`. */
export async function openStagedFleet(scope: Scope): Promise<RunOnFleet> {
  const fleet = await openPlayedFleet(scope);
  await fleet.join("a", { environment: "staging" });
  await fleet.join("b", { environment: "canary" });
  await fleet.join("c", { environment: "canary" });
  return new RunOnFleet(fleet);
}
