import { beforeEach, describe, expect, it } from "vitest";
import { APPLY_PATCH, MERGE_PATCH, openTestApi, TABLE } from "./support/test-api.js";

/** HorizontalPodAutoscalers, whose versions have different fields. */
const V1 = "/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers";
const V2 = "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers";
const TARGET = { apiVersion: "apps/v1", kind: "Deployment", name: "web" };
const QUEUE = {
  type: "External",
  external: { metric: { name: "queue" }, target: { type: "Value", value: "30" } },
};

function cpu(averageUtilization: number) {
  return {
    type: "Resource",
    resource: { name: "cpu", target: { type: "Utilization", averageUtilization } },
  };
}

function autoscaler(version: "v1" | "v2", spec: object) {
  return {
    apiVersion: `autoscaling/${version}`,
    kind: "HorizontalPodAutoscaler",
    metadata: { name: "web" },
    spec: { scaleTargetRef: TARGET, maxReplicas: 3, ...spec },
  };
}

describe("a kind whose versions differ in shape", () => {
  let api: ReturnType<typeof openTestApi>;

  beforeEach(() => {
    api = openTestApi();
  });

  it("is read in either version, whichever it was written in", async () => {
    const made = await api.post(V1, autoscaler("v1", { targetCPUUtilizationPercentage: 70 }));
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      apiVersion: "autoscaling/v1",
      spec: { minReplicas: 1, targetCPUUtilizationPercentage: 70 },
    });
    const newer = await api.get(`${V2}/web`);
    expect(newer.body).toMatchObject({
      apiVersion: "autoscaling/v2",
      spec: { metrics: [cpu(70)] },
    });
    const list = await api.get(V1);
    expect(list.body.items).toMatchObject([{ spec: { targetCPUUtilizationPercentage: 70 } }]);
  });

  it("gets the preferred version's defaults and validation in all of them", async () => {
    const made = await api.post(V1, autoscaler("v1", {}));
    expect(made.body).toMatchObject({ spec: { targetCPUUtilizationPercentage: 80 } });
    const refused = await api.post(V1, { ...autoscaler("v1", { maxReplicas: 0 }) });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain("must be greater than 0");
  });

  it("refuses the fields of the other version", async () => {
    const refused = await api.post(
      `${V1}?fieldValidation=Strict`,
      autoscaler("v1", { metrics: [] }),
    );
    expect(refused.status).toBe(400);
    expect(refused.text).toContain('unknown field \\"spec.metrics\\"');
  });

  it("keeps on a patch in one version what only the other can say", async () => {
    await api.post(V2, autoscaler("v2", { metrics: [QUEUE, cpu(60)] }));
    const spec = { targetCPUUtilizationPercentage: 50 };
    const patched = await api.patch(`${V1}/web`, { spec }, { contentType: MERGE_PATCH });
    expect(patched.status).toBe(200);
    const newer = await api.get(`${V2}/web`);
    expect(newer.body).toMatchObject({ spec: { metrics: [QUEUE, cpu(50)] } });
    expect(newer.body.metadata.annotations).toBeUndefined();
  });

  it("does not change on a patch that changes nothing, whatever its version", async () => {
    const made = await api.post(V2, autoscaler("v2", { metrics: [QUEUE, cpu(60)] }));
    const request = { contentType: MERGE_PATCH };
    for (const path of [V1, V2]) {
      const patched = await api.patch(`${path}/web`, { spec: { maxReplicas: 3 } }, request);
      expect(patched.body.metadata.resourceVersion).toBe(made.body.metadata.resourceVersion);
    }
  });

  it("is applied in either version by the same manager", async () => {
    const apply = (path: string, object: object) =>
      api.patch(`${path}/web?fieldManager=me`, object, { contentType: APPLY_PATCH });
    const made = await apply(V1, autoscaler("v1", { targetCPUUtilizationPercentage: 70 }));
    expect(made.status).toBe(201);
    const changed = await apply(V1, autoscaler("v1", { targetCPUUtilizationPercentage: 40 }));
    expect(changed.status).toBe(200);
    const newer = await apply(V2, autoscaler("v2", { metrics: [cpu(30)] }));
    expect(newer.body).toMatchObject({ spec: { metrics: [cpu(30)] } });
    const older = await api.get(`${V1}/web`);
    expect(older.body).toMatchObject({ spec: { targetCPUUtilizationPercentage: 30 } });
  });

  it("has one table for all versions", async () => {
    await api.post(V2, autoscaler("v2", { metrics: [cpu(60)] }));
    const rows = async (path: string) => {
      const { body } = await api.get(path, { accept: TABLE });
      return (body.rows as { cells: unknown[] }[]).map(({ cells }) => cells.slice(0, 5));
    };
    expect(await rows(V1)).toEqual([["web", "Deployment/web", "cpu: <unknown>/60%", "1", 3]]);
    expect(await rows(V1)).toEqual(await rows(V2));
  });

  it("is watched in the version that is asked for", async () => {
    const made = await api.post(V2, autoscaler("v2", { metrics: [cpu(60)] }));
    const { resourceVersion } = made.body.metadata;
    await api.patch(`${V2}/web`, { spec: { metrics: [cpu(20)] } }, { contentType: MERGE_PATCH });
    const query = `watch=true&resourceVersion=${resourceVersion}&timeoutSeconds=1`;
    const watched = await api.get(`${V1}?${query}`);
    const events = watched.text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(events[0]).toMatchObject({
      type: "MODIFIED",
      object: { apiVersion: "autoscaling/v1", spec: { targetCPUUtilizationPercentage: 20 } },
    });
  });
});
