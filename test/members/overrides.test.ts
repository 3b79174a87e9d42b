import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../../local/ports.js";
import { Hub, namespaceObject, placementObject, placementPath } from "../support/hub.js";
import { namespacedPath } from "../support/namespaced-rollout.js";
import { type RealMembers, startRealMembers } from "../support/real-members.js";
import {
  removeDataDir,
  type Stagecoach,
  startStagecoach,
  temporaryDirectory,
} from "../support/stagecoach-process.js";

const NAMESPACE = "overridden";
const API_VERSION = "placement.kubernetes-fleet.io/v1";
const SOON = { timeout: 60_000, interval: 200 };

const quota = {
  apiVersion: "v1",
  kind: "ResourceQuota",
  metadata: { name: "quota", namespace: NAMESPACE },
  spec: { hard: { pods: "10" } },
};
const reader = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRole",
  metadata: { name: "overridden-reader" },
  rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }],
};
const add = (name: string, path: string, value: unknown) => ({
  overrideRules: [
    {
      clusterSelector: {
        clusterSelectorTerms: [
          { labelSelector: { matchLabels: { "kubernetes.io/member": name } } },
        ],
      },
      jsonPatchOverrides: [{ op: "add", path, value }],
    },
  ],
});

describe("overrides and envelopes, on real API servers", () => {
  const directory = temporaryDirectory("overrides-real");
  let members: RealMembers;
  let stagecoach: Stagecoach;
  let hub: Hub;

  beforeAll(async () => {
    members = await startRealMembers();
    stagecoach = await startStagecoach({
      dataDir: `${directory}/data`,
      port: await freePort(),
      arguments: members.arguments,
    });
    hub = new Hub(stagecoach.url);
    for (const name of ["member1", "member2", "member3"]) {
      await hub.merge(`/apis/cluster.kubernetes-fleet.io/v1/memberclusters/${name}`, {
        metadata: { labels: { "kubernetes.io/member": name } },
      });
    }
  }, 180_000);

  afterAll(async () => {
    await stagecoach?.interrupt();
    await removeDataDir(`${directory}/data`);
    await members?.stop();
  });

  const onMembers = (path: string) =>
    Promise.all(
      members.members.map(async ({ connection }) => {
        const { status, body } = await connection.request({ method: "GET", path });
        return status === 200 ? (body as Record<string, unknown>) : undefined;
      }),
    );
  const quotas = async () =>
    (await onMembers(`/api/v1/namespaces/${NAMESPACE}/resourcequotas/quota`)).map(
      (object) => object?.spec,
    );
  const labels = async () =>
    (await onMembers("/apis/rbac.authorization.k8s.io/v1/clusterroles/overridden-reader")).map(
      (object) => (object?.metadata as { labels?: unknown } | undefined)?.labels,
    );

  it("apply what is in envelopes, as each cluster is to have it", async () => {
    await hub.create("/api/v1/namespaces", namespaceObject(NAMESPACE));
    await hub.create(namespacedPath(NAMESPACE, "resourceenvelopes"), {
      apiVersion: "placement.kubernetes-fleet.io/v1beta1",
      kind: "ResourceEnvelope",
      metadata: { name: "limits", namespace: NAMESPACE },
      data: { "quota.yaml": quota },
    });
    await hub.create(placementPath("clusterresourceenvelopes"), {
      apiVersion: API_VERSION,
      kind: "ClusterResourceEnvelope",
      metadata: { name: "roles" },
      data: { "reader.yaml": reader },
    });
    await hub.create(namespacedPath(NAMESPACE, "resourceoverrides"), {
      apiVersion: "placement.kubernetes-fleet.io/v1beta1",
      kind: "ResourceOverride",
      metadata: { name: "more-pods", namespace: NAMESPACE },
      spec: {
        resourceSelectors: [{ group: "", version: "v1", kind: "ResourceQuota", name: "quota" }],
        policy: add("member2", "/spec/hard/pods", "20"),
      },
    });
    await hub.create(placementPath("clusterresourceoverrides"), {
      apiVersion: API_VERSION,
      kind: "ClusterResourceOverride",
      metadata: { name: "labelled" },
      spec: {
        clusterResourceSelectors: [
          {
            group: "rbac.authorization.k8s.io",
            version: "v1",
            kind: "ClusterRole",
            name: reader.metadata.name,
          },
        ],
        // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of overrides
        policy: add("member3", "/metadata/labels", { at: "${MEMBER-CLUSTER-NAME}" }),
      },
    });
    const { spec, ...rest } = placementObject(NAMESPACE);
    await hub.create(placementPath("clusterresourceplacements"), {
      ...rest,
      spec: {
        ...spec,
        resourceSelectors: [
          ...spec.resourceSelectors,
          {
            group: "placement.kubernetes-fleet.io",
            version: "v1beta1",
            kind: "ClusterResourceEnvelope",
            name: "roles",
          },
        ],
        strategy: { type: "RollingUpdate" },
      },
    });
    const hard = (pods: string) => ({ hard: { pods } });
    await expect.poll(quotas, SOON).toEqual([hard("10"), hard("20"), hard("10")]);
    await expect.poll(labels, SOON).toEqual([undefined, undefined, { at: "member3" }]);
  }, 120_000);

  it("take back what an override has added, and what is in an envelope no more", async () => {
    await hub.request("DELETE", placementPath("clusterresourceoverrides", "labelled"));
    await hub.request("DELETE", namespacedPath(NAMESPACE, "resourceenvelopes", "limits"));
    await expect.poll(labels, SOON).toEqual([undefined, undefined, undefined]);
    await expect.poll(quotas, SOON).toEqual([undefined, undefined, undefined]);
  }, 120_000);
});
