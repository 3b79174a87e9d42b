import { expect } from "vitest";
import type { UpdateRunStatus } from "../../../src/api/update-run.js";
import { conditionOf } from "../../../src/placement/conditions.js";
import type { ObservedObject } from "./observed-comparison.js";
import type { PlayedFleet } from "./played-fleet.js";
import { type Role, type Scope, scopedKinds } from "./scoped-kinds.js";

const ROLES: readonly Role[] = ["run", "strategy", "request", "placement", "binding", "snapshot"];

/** Does what was done on the hub that was observed, and finds the same objects. */
export class ObservedHub {
  readonly fleet: PlayedFleet;
  private readonly names: ReturnType<typeof scopedKinds>;

  constructor(fleet: PlayedFleet, scope: Scope, namespace: string) {
    this.fleet = fleet;
    this.names = scopedKinds(scope, namespace);
  }

  async place(name: string, resourceSelectors: readonly object[], strategy?: object) {
    const policy = { placementType: "PickAll" };
    await this.create("placement", name, {
      resourceSelectors,
      policy,
      ...(strategy && { strategy }),
    });
    await this.fleet.play();
  }

  async create(role: Role, name: string, spec: object): Promise<void> {
    await this.fleet.send("POST", this.names.path(role), this.names.manifest(role, name, spec));
  }

  async startRun(name: string, spec: object): Promise<void> {
    await this.create("run", name, spec);
    await this.fleet.play();
  }

  async setState(run: string, state: string): Promise<void> {
    await this.fleet.send("PATCH", this.names.path("run", run), { spec: { state } });
  }

  async approve(name: string, reason = "testPassed", message = "lgtm"): Promise<void> {
    const lastTransitionTime = this.fleet.deps.now().toISOString();
    const made = { reason, message, observedGeneration: 1, lastTransitionTime };
    const conditions = [{ type: "Approved", status: "True", ...made }];
    const path = `${this.names.path("request", name)}/status`;
    await this.fleet.send("PATCH", path, { status: { conditions } });
  }

  /** Lets time pass, for a TimedWait and for members on which something was not available yet. */
  async wait(run: string): Promise<void> {
    this.fleet.setTime(new Date(this.fleet.deps.now().getTime() + 61_000).toISOString());
    await this.fleet.lookAt(this.names.path("run", run));
  }

  /** Waits until a run is where it asks for an approval, or is done. */
  async reaches(run: string, request?: string): Promise<void> {
    const reached = async () => {
      await this.wait(run);
      if (request === undefined) {
        const { status } = await this.fleet.send("GET", this.names.path("run", run));
        return conditionOf((status as UpdateRunStatus).conditions, "Succeeded") !== undefined;
      }
      return (await this.fleet.api.get(this.names.path("request", request))).status === 200;
    };
    await expect.poll(reached).toBe(true);
  }

  /** On the hub that was observed another placement had brought the namespace to its members. */
  async bringNamespace(name: string): Promise<void> {
    const object = { apiVersion: "v1", kind: "Namespace", metadata: { name } };
    const body = JSON.stringify(object);
    for (const member of ["member1", "member2", "member3"]) {
      const url = `${this.fleet.member(member)?.url}/api/v1/namespaces`;
      const headers = { "content-type": "application/json" };
      expect((await fetch(url, { method: "POST", headers, body })).status).toBe(201);
    }
  }

  /** Whether a run has begun with a cluster. */
  async hasBegun(run: string, cluster: string): Promise<boolean> {
    const { status } = await this.fleet.send("GET", this.names.path("run", run));
    const clusters = (status as UpdateRunStatus).stagesStatus?.flatMap((stage) => stage.clusters);
    const found = clusters?.find(({ clusterName }) => clusterName === cluster);
    return conditionOf(found?.conditions, "Started") !== undefined;
  }

  /** The object that was observed, as this hub has it. */
  async counterpart({ apiVersion, kind, metadata }: ObservedObject): Promise<ObservedObject> {
    const role = ROLES.find((each) => this.names.kind(each) === kind);
    if (!role) throw new Error(`${kind} is not compared`);
    const served = (path: string) => path.replace(/^\/apis\/[^/]*\/[^/]*/, `/apis/${apiVersion}`);
    if (role !== "binding") {
      const path = served(this.names.path(role, metadata.name));
      return this.fleet.send("GET", path) as Promise<ObservedObject>;
    }
    // The end of a binding's name is made up by each server.
    const [prefix] = metadata.name.match(/^.*-(?=[0-9a-f]{8}$)/) ?? [];
    const list = await this.fleet.send("GET", served(this.names.path(role)));
    const items = list.items as readonly ObservedObject[];
    const found = items.find(({ metadata: { name } }) => prefix && name.startsWith(prefix));
    if (!found) throw new Error(`there is no ${kind} ${prefix}`);
    return { ...found, apiVersion, kind };
  }
}
