import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GuardedApi, openGuardedApi } from "../support/guarded-api.js";

const PLACEMENT = "/apis/placement.kubernetes-fleet.io/v1";
const PASSWORD = "aHVudGVyMg==";
const PLAIN = "hunter2";
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

const secret = {
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "db", namespace: "shop" },
  data: { password: PASSWORD },
  stringData: { user: PLAIN },
};
const settings = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "settings", namespace: "shop" },
  data: { colour: "blue" },
};
const envelope = {
  apiVersion: "placement.kubernetes-fleet.io/v1",
  kind: "ResourceEnvelope",
  metadata: { name: "sealed", namespace: "shop" },
  data: { "secret.yaml": secret, "settings.yaml": settings },
};

let api: GuardedApi;
beforeAll(async () => {
  api = openGuardedApi({
    access: [{ principal: "team", role: "Fleet.Reader", namespaces: ["shop"] }],
  });
  const admin = api.as({ oid: "0", roles: ["Fleet.Admin"] });
  const applied = { [LAST_APPLIED]: JSON.stringify(envelope) };
  const spec = { selectedResources: [settings, secret, envelope] };
  const made = [
    await admin("POST", "/api/v1/namespaces", { metadata: { name: "shop" } }),
    await admin("POST", `${PLACEMENT}/clusterresourcesnapshots`, { metadata: { name: "s" }, spec }),
    await admin("POST", `${PLACEMENT}/namespaces/shop/resourcesnapshots`, {
      metadata: { name: "s" },
      spec,
    }),
    await admin("POST", `${PLACEMENT}/namespaces/shop/resourceenvelopes`, {
      ...envelope,
      metadata: { ...envelope.metadata, annotations: applied },
    }),
  ];
  for (const { status, message } of made) expect(status, message).toBe(201);
});
afterAll(() => api.close());

const PATHS = [
  `${PLACEMENT}/clusterresourcesnapshots/s`,
  `${PLACEMENT}/clusterresourcesnapshots`,
  `${PLACEMENT}/resourcesnapshots`,
  `${PLACEMENT}/namespaces/shop/resourcesnapshots/s`,
  `${PLACEMENT}/namespaces/shop/resourceenvelopes`,
  `${PLACEMENT}/namespaces/shop/resourceenvelopes/sealed`,
];

describe("Secrets inside of snapshots and envelopes", () => {
  it.each(PATHS)("show a reader their keys and not their values: %s", async (path) => {
    const { body } = await api.as({ oid: "1", roles: ["Fleet.Reader"] })("GET", path);
    const text = JSON.stringify(body);
    expect(text).not.toMatch(new RegExp(`${PASSWORD}|${PLAIN}`));
    expect(text).toContain('"password":"Y29uY2VhbGVk"');
    expect(text).toContain('"colour":"blue"');
  });

  it.each(PATHS)("are whole for an operator, who may read Secrets: %s", async (path) => {
    const { body } = await api.as({ oid: "2", roles: ["Fleet.Operator"] })("GET", path);
    expect(JSON.stringify(body)).toContain(PASSWORD);
  });

  it("are concealed from a reader of the namespace too, and in whole objects of a table", async () => {
    const reader = api.as({ oid: "team" });
    const own = await reader("GET", `${PLACEMENT}/namespaces/shop/resourcesnapshots/s`);
    expect(own.status).toBe(200);
    expect(JSON.stringify(own.body)).not.toContain(PASSWORD);
    const table = await api.as({ oid: "1", roles: ["Fleet.Reader"] })(
      "GET",
      `${PLACEMENT}/clusterresourcesnapshots?includeObject=Object`,
      undefined,
      { accept: "application/json;as=Table;v=v1;g=meta.k8s.io" },
    );
    expect(table.body.kind).toBe("Table");
    expect(JSON.stringify(table.body)).not.toContain(PASSWORD);
  });

  it("reach a reader's watch without their values", async () => {
    const path = `${PLACEMENT}/clusterresourcesnapshots?watch=true&timeoutSeconds=1`;
    const lines = await api.as({ oid: "1", roles: ["Fleet.Reader"] }).follow(path);
    expect(lines).toContain('"password":"Y29uY2VhbGVk"');
    expect(lines).not.toContain(PASSWORD);
  });
});
