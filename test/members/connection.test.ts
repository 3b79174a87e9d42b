import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { kubeconfigMembers } from "../../src/clusters/kubeconfig-members.js";
import { type Member, startMember } from "../envtest/member.js";

let member: Member;
let certificate: Buffer;

beforeAll(async () => {
  member = await startMember("member1");
  certificate = await readFile(join(dirname(member.kubeconfigPath), "certs", "apiserver.crt"));
});
afterAll(async () => {
  await member?.stop();
});

/** Asks for the version through a kubeconfig of one context. */
async function askVersion(cluster: object, user: object) {
  const path = join(dirname(member.kubeconfigPath), "kubeconfig-under-test");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "c", cluster: { server: member.url, ...cluster } }],
    users: [{ name: "u", user }],
    contexts: [{ name: "dev", context: { cluster: "c", user: "u" } }],
  };
  await writeFile(path, JSON.stringify(config));
  const connection = await kubeconfigMembers({ path }).connect({
    apiVersion: "cluster.kubernetes-fleet.io/v1beta1",
    kind: "MemberCluster",
    metadata: { name: "member1" },
    spec: { kubeconfig: { context: "dev" } },
  });
  return await connection.request({ method: "GET", path: "/api/v1/namespaces/default" });
}

describe("a member behind TLS", () => {
  const ok = { status: 200, body: { kind: "Namespace" } };

  it("is trusted by the certificate authority in the kubeconfig", async () => {
    const cluster = { "certificate-authority-data": certificate.toString("base64") };

    expect(await askVersion(cluster, { token: member.token })).toMatchObject(ok);
  });

  it("is trusted by a certificate authority in a file next to the kubeconfig", async () => {
    const cluster = { "certificate-authority": join("certs", "apiserver.crt") };

    expect(await askVersion(cluster, { token: member.token })).toMatchObject(ok);
  });

  it("is not verified when the kubeconfig says so", async () => {
    const cluster = { "insecure-skip-tls-verify": true };

    expect(await askVersion(cluster, { token: member.token })).toMatchObject(ok);
  });

  it("is not talked to when nobody vouches for it", async () => {
    await expect(askVersion({}, { token: member.token })).rejects.toMatchObject({
      name: "MemberUnreachable",
      reason: "Unreachable",
      message: expect.stringContaining("certificate"),
    });
  });

  it("tells about bad credentials without showing them", async () => {
    const cluster = { "insecure-skip-tls-verify": true };
    const error = await askVersion(cluster, { token: "wrong-secret" }).catch(
      (thrown: unknown) => thrown,
    );

    expect(error).toMatchObject({ reason: "Unauthorized", message: "member1: Unauthorized" });
    expect(JSON.stringify(error)).not.toContain("wrong-secret");
  });
});
