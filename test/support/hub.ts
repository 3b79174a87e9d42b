import { expect } from "vitest";

const PLACEMENT = "placement.kubernetes-fleet.io";

/** What tests look at in an object; the rest is there too. */
export interface Served {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly generation?: number;
    readonly labels?: Record<string, string>;
    readonly annotations?: Record<string, string>;
  };
  readonly spec?: Record<string, unknown>;
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason: string;
      readonly message: string;
      readonly lastTransitionTime: string;
    }[];
    readonly [field: string]: unknown;
  };
  readonly data?: Record<string, string>;
  readonly [field: string]: unknown;
}

export interface Answer {
  readonly status: number;
  readonly body: Served & { readonly items?: readonly Served[]; readonly message?: string };
}

/** A client of the hub, or of a simulated member, without kubectl: plain HTTP with JSON. */
export class Hub {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  async request(
    method: string,
    path: string,
    body?: unknown,
    contentType = "application/json",
  ): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      ...(body !== undefined && {
        body: typeof body === "string" ? body : JSON.stringify(body),
        headers: { "content-type": contentType },
      }),
    });
    return { status: response.status, body: (await response.json()) as Answer["body"] };
  }

  async get(path: string): Promise<Served> {
    const answer = await this.request("GET", path);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    return answer.body;
  }

  async create(path: string, body: unknown): Promise<Served> {
    const answer = await this.request("POST", path, body);
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    return answer.body;
  }

  merge(path: string, patch: unknown): Promise<Served> {
    return this.patch(path, patch, "application/merge-patch+json");
  }

  async patch(path: string, patch: unknown, contentType: string): Promise<Served> {
    const answer = await this.request("PATCH", path, patch, contentType);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    return answer.body;
  }
}

/** Path of a cluster-scoped object or collection of the placement group. */
export function placementPath(resource: string, name?: string): string {
  return `/apis/${PLACEMENT}/v1/${resource}${name === undefined ? "" : `/${name}`}`;
}

export function conditionOf(object: Served, type: string) {
  return object.status?.conditions?.find((condition) => condition.type === type);
}

/** A namespace with one ConfigMap, and a placement of it on all members, rolled out by update runs. */
export async function placeNamespace(hub: Hub, name: string, value: string): Promise<void> {
  await hub.create("/api/v1/namespaces", namespaceObject(name));
  await hub.create(`/api/v1/namespaces/${name}/configmaps`, configMap(name, value));
  await hub.create(placementPath("clusterresourceplacements"), placementObject(name));
}

export function namespaceObject(name: string) {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name } };
}

export function configMap(namespace: string, value: string) {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "cm", namespace },
    data: { key: value },
  };
}

export function placementObject(name: string) {
  return {
    apiVersion: `${PLACEMENT}/v1`,
    kind: "ClusterResourcePlacement",
    metadata: { name },
    spec: {
      resourceSelectors: [{ group: "", version: "v1", kind: "Namespace", name }],
      policy: { placementType: "PickAll" },
      strategy: { type: "External" },
    },
  };
}

/** The tutorial's two stages with whatever tasks a test wants after the first. */
export function strategyObject(name: string, afterStaging: readonly unknown[] = []) {
  return {
    apiVersion: `${PLACEMENT}/v1`,
    kind: "ClusterStagedUpdateStrategy",
    metadata: { name },
    spec: {
      stages: [
        {
          name: "staging",
          labelSelector: { matchLabels: { environment: "staging" } },
          afterStageTasks: afterStaging,
        },
        {
          name: "canary",
          labelSelector: { matchLabels: { environment: "canary" } },
          sortingLabelKey: "order",
        },
      ],
    },
  };
}

export function runObject(
  name: string,
  placementName: string,
  strategyName: string,
  state = "Run",
) {
  return {
    apiVersion: `${PLACEMENT}/v1`,
    kind: "ClusterStagedUpdateRun",
    metadata: { name },
    spec: { placementName, stagedRolloutStrategyName: strategyName, state },
  };
}

/** Waits until a run's Succeeded condition is True; a failed run ends the wait at once. */
export async function awaitSucceeded(hub: Hub, run: string, timeout = 30_000): Promise<Served> {
  const path = placementPath("clusterstagedupdateruns", run);
  await expect
    .poll(async () => conditionOf(await hub.get(path), "Succeeded")?.status, {
      timeout,
      interval: 100,
    })
    .toBe("True");
  return hub.get(path);
}
