import type { KubeObject } from "../../src/api/meta.js";
import type { MemberConnection } from "../../src/clusters/member-connection.js";
import type { Owner } from "../../src/manifests/outcome.js";

/** Builders of what the tests place. */
export const owner: Owner = { kind: "ClusterResourcePlacement", name: "web", uid: "placement-1" };

export function namespace(name: string, labels?: Record<string, string>): KubeObject {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, ...(labels && { labels }) } };
}

export function configMap(
  namespace: string,
  name: string,
  data: Record<string, string> = { key: "value" },
): KubeObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace }, data };
}

export function deployment(
  namespace: string,
  name: string,
  { image = "registry.test/web:1", replicas = 2 } = {},
): KubeObject {
  const labels = { app: name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: "web", image }] } },
    },
  };
}

export function definition(plural: string, kind: string, scope: string): KubeObject {
  const group = "test.stagecoach.dev";
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope,
      names: { plural, singular: plural.slice(0, -1), kind },
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: "object",
              properties: {
                spec: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
              },
            },
          },
        },
      ],
    },
  };
}

export function customObject(kind: string, name: string, namespace?: string): KubeObject {
  return {
    apiVersion: "test.stagecoach.dev/v1",
    kind,
    metadata: { name, ...(namespace && { namespace }) },
    spec: { size: 1 },
  };
}

/** What the member has at a path; undefined for nothing. */
export async function live(
  connection: MemberConnection,
  path: string,
): Promise<KubeObject | undefined> {
  const response = await connection.request({ method: "GET", path });
  if (response.status === 404) return undefined;
  if (response.status !== 200) throw new Error(`GET ${path}: ${JSON.stringify(response.body)}`);
  return response.body as KubeObject;
}

/** Writes as somebody else than a placement. */
export async function writeAs(
  connection: MemberConnection,
  manager: string,
  path: string,
  object: object,
): Promise<void> {
  const response = await connection.request({
    method: "PATCH",
    path: `${path}?fieldManager=${manager}&force=true`,
    contentType: "application/apply-patch+yaml",
    body: object,
  });
  if (response.status >= 300) throw new Error(`PATCH ${path}: ${JSON.stringify(response.body)}`);
}
