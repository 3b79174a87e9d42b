import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { HubClient } from "../../../local/hub-client.js";
import {
  type SimulatedMember,
  type SimulatedMemberOptions,
  startSimulatedMember,
} from "../../../local/simulated-members/simulated-member.js";

const DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";
const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
const KUBE_SYSTEM = "/api/v1/namespaces/kube-system";
const FAULT = "simulated.stagecoach.dev/fault";

const deployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web" },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: "web" } },
    template: {
      metadata: { labels: { app: "web" } },
      spec: { containers: [{ name: "web", image: "nginx:1.20" }] },
    },
  },
};
const configMap = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings" } };

const started: SimulatedMember[] = [];

afterEach(async () => {
  for (const member of started.splice(0)) await member.close();
});

async function start(options: Partial<SimulatedMemberOptions> = {}) {
  const complaints: string[] = [];
  const member = await startSimulatedMember({
    name: "member1",
    file: ":memory:",
    port: 0,
    readyAfterMs: 20,
    report: (message) => complaints.push(message),
    ...options,
  });
  started.push(member);
  return { member, api: new HubClient(member.url), complaints };
}

function availableReplicas(api: HubClient): () => Promise<unknown> {
  return async () => (await api.get(`${DEPLOYMENTS}/web`)).status;
}

describe("a simulated member", () => {
  it("makes an applied Deployment available, and again after each change of it", async () => {
    const { api } = await start();
    await api.create(DEPLOYMENTS, deployment);
    await expect
      .poll(availableReplicas(api))
      .toMatchObject({ observedGeneration: 1, availableReplicas: 2, updatedReplicas: 2 });

    await api.mergePatch(`${DEPLOYMENTS}/web`, { spec: { replicas: 3 } });
    await expect
      .poll(availableReplicas(api))
      .toMatchObject({ observedGeneration: 2, availableReplicas: 3, updatedReplicas: 3 });
  });

  it("refuses connections while it is down and comes back with its objects", async () => {
    const { member, api } = await start();
    await api.create(CONFIG_MAPS, configMap);

    await member.setFaults({ down: true });
    await expect(api.get(`${CONFIG_MAPS}/settings`)).rejects.toThrow("fetch failed");

    await member.setFaults({});
    expect(await api.get(`${CONFIG_MAPS}/settings`)).toMatchObject(configMap);
  });

  it("answers late when it is slow", async () => {
    const { api } = await start({ faults: { slowMs: 150 } });
    const before = performance.now();
    await api.get(KUBE_SYSTEM);
    expect(performance.now() - before).toBeGreaterThanOrEqual(145);
  });

  it("forbids writing a kind it refuses and says why", async () => {
    const { api } = await start({ faults: { refuse: ["ConfigMap"] } });
    await expect(api.create(CONFIG_MAPS, configMap)).rejects.toMatchObject({
      code: 403,
      message:
        "configmaps is forbidden: this simulated member refuses every ConfigMap (refuse=ConfigMap)",
    });
    await api.create(DEPLOYMENTS, deployment);
  });

  it("holds workloads back and lets them go when the fault ends", async () => {
    const { member, api } = await start({ faults: { neverAvailable: true } });
    await api.create(DEPLOYMENTS, deployment);
    await expect.poll(availableReplicas(api)).toMatchObject({ unavailableReplicas: 2 });

    await member.setFaults({});
    await expect.poll(availableReplicas(api)).toMatchObject({ availableReplicas: 2 });
  });

  it("does what the annotation of kube-system says, until it is taken away", async () => {
    const { api, complaints } = await start();
    const annotate = (fault: string | null) =>
      api.mergePatch(KUBE_SYSTEM, { metadata: { annotations: { [FAULT]: fault } } });
    await api.get(KUBE_SYSTEM);

    await annotate("down");
    await expect.poll(() => api.isReady()).toBe(false);
    await annotate("nonsense");
    await expect.poll(() => api.isReady()).toBe(true);
    expect(complaints).toEqual([`member1: unknown faults in ${FAULT}: nonsense`]);
  });

  it("remembers the annotation of kube-system over a restart", async () => {
    const folder = mkdtempSync(join(tmpdir(), "stagecoach-member-"));
    const file = join(folder, "member1.db");
    const first = await start({ file });
    await first.api.mergePatch(KUBE_SYSTEM, {
      metadata: { annotations: { [FAULT]: "refuse=ConfigMap" } },
    });
    await first.member.close();
    started.pop();

    const second = await start({ file });
    await expect(second.api.create(CONFIG_MAPS, configMap)).rejects.toMatchObject({ code: 403 });
    rmSync(folder, { recursive: true });
  });

  it("keeps its objects over a restart, available ones without starting over", async () => {
    const folder = mkdtempSync(join(tmpdir(), "stagecoach-member-"));
    const file = join(folder, "member1.db");
    const first = await start({ file });
    await first.api.create(DEPLOYMENTS, deployment);
    await expect.poll(availableReplicas(first.api)).toMatchObject({ availableReplicas: 2 });
    const before = await first.api.get(`${DEPLOYMENTS}/web`);
    await first.member.close();
    started.pop();

    const second = await start({ file, readyAfterMs: 60_000 });
    expect(await second.api.get(`${DEPLOYMENTS}/web`)).toEqual(before);
    rmSync(folder, { recursive: true });
  });
});
