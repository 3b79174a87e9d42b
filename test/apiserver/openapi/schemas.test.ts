import { describe, expect, it } from "vitest";
import { openApiSchemas } from "../../../src/apiserver/openapi/schemas.js";
import type { Descriptions } from "../../../src/registry/builtin-descriptions.js";
import { hubKinds } from "../../../src/registry/kinds.js";

const DESCRIPTIONS: Descriptions = {
  V1Deployment: {
    description: "A deployment.",
    fields: { spec: ["What is wanted.", "V1DeploymentSpec"], metadata: ["", "V1ObjectMeta"] },
  },
  V1DeploymentSpec: {
    description: "A spec.",
    fields: { replicas: ["How many."], selector: ["", "V1LabelSelector"] },
  },
  V1LabelSelector: { description: "A query. It selects.", fields: {} },
  V1ObjectMeta: { description: "Metadata.", fields: { labels: ["Labels."] } },
  V1CustomResourceDefinition: {
    fields: { spec: ["The spec.", "V1CustomResourceDefinitionSpec"] },
  },
  V1CustomResourceDefinitionSpec: {
    fields: { versions: ["Versions.", "V1CustomResourceDefinitionVersion"] },
  },
  V1CustomResourceDefinitionVersion: { fields: { served: ["Whether served."] } },
};
const hub = hubKinds({ defaultRunState: "Run" });

function schemasOf(name: string): Record<string, Record<string, Record<string, object>>> {
  const kind = hub.find((candidate) => candidate.kind === name);
  if (!kind) throw new Error(`${name}: no such kind`);
  return openApiSchemas([{ kind, version: "v1" }], DESCRIPTIONS) as never;
}

describe("openApiSchemas", () => {
  it("says of a built-in kind and of its fields what Kubernetes says", () => {
    const schemas = schemasOf("Deployment");
    expect(schemas["io.k8s.apps.v1.Deployment"]).toMatchObject({
      description: "A deployment.",
      properties: { spec: { description: "What is wanted." } },
    });
    expect(schemas["io.k8s.api.apps.v1.DeploymentSpec"]).toMatchObject({
      description: "A spec.",
      properties: {
        replicas: { type: "integer", description: "How many." },
        selector: {
          allOf: [{ $ref: "#/components/schemas/io.k8s.api.meta.v1.LabelSelector" }],
          description: "A query.",
        },
      },
    });
    expect(schemas["io.k8s.api.meta.v1.LabelSelector"]).toMatchObject({
      description: "A query. It selects.",
    });
  });

  it("describes the items of lists where the schema is written in place", () => {
    const definition = schemasOf("CustomResourceDefinition")[
      "io.k8s.apiextensions.v1.CustomResourceDefinition"
    ];
    expect(definition).toMatchObject({
      properties: {
        spec: {
          description: "The spec.",
          properties: {
            versions: {
              description: "Versions.",
              items: { properties: { served: { description: "Whether served." } } },
            },
          },
        },
      },
    });
  });

  it("describes the metadata of every kind, and leaves the rest of other kinds to their own words", () => {
    const schemas = schemasOf("ClusterStagedUpdateRun");
    expect(schemas["io.k8s.api.meta.v1.ObjectMeta"]).toMatchObject({
      description: "Metadata.",
      properties: { labels: { description: "Labels." } },
    });
    expect(JSON.stringify(schemas)).not.toContain("What is wanted.");
  });

  it("says nothing where nothing is known", () => {
    const [config] = hub.filter(({ kind }) => kind === "ConfigMap");
    if (!config) throw new Error("ConfigMap: no such kind");
    const schemas = openApiSchemas([{ kind: config, version: "v1" }], {});
    expect(schemas["io.k8s.core.v1.ConfigMap"]).not.toHaveProperty("description");
  });
});
