import { describe, expect, it } from "vitest";
import { addressIn, certificateIn } from "../../../src/clusters/aks/user-kubeconfig.js";

const base64 = (text: string) => Buffer.from(text).toString("base64");

function kubeconfig(cluster: object, user: object = {}): string {
  return JSON.stringify({ clusters: [{ name: "c", cluster }], users: [{ name: "u", user }] });
}

const server = "https://west.hcp.westeurope.azmk8s.io:443";
const cluster = { server, "certificate-authority-data": base64("CA") };

describe("the kubeconfig of a cluster's user", () => {
  it("gives host and CA, and nothing of the user", () => {
    expect(addressIn(kubeconfig(cluster, { token: "secret" }))).toEqual({ server, ca: "CA" });
  });

  it("may be YAML", () => {
    const yaml = `clusters:\n- cluster:\n    certificate-authority-data: ${base64("CA")}\n    server: ${server}\n  name: c\n`;
    expect(addressIn(yaml)).toEqual({ server, ca: "CA" });
  });

  it.each([
    { what: "is no YAML", text: "{" },
    { what: "is text", text: "secret" },
    { what: "has no cluster", text: JSON.stringify({ clusters: [] }) },
    { what: "has no CA", text: kubeconfig({ server }) },
    {
      what: "has a CA that is no base64",
      text: kubeconfig({ ...cluster, "certificate-authority-data": "?" }),
    },
    {
      what: "would send tokens in the clear",
      text: kubeconfig({ ...cluster, server: "http://west" }),
    },
    { what: "has no URL", text: kubeconfig({ ...cluster, server: "west" }) },
  ])("is of no use when it $what", ({ text }) => {
    expect(addressIn(text)).toBeUndefined();
    expect(certificateIn(text)).toBeUndefined();
  });

  it.each([
    {
      user: { "client-certificate-data": base64("C"), "client-key-data": base64("K") },
      found: { cert: "C", key: "K" },
    },
    { user: { "client-certificate-data": base64("C") }, found: undefined },
    { user: { exec: { command: "kubelogin" } }, found: undefined },
  ])("gives a local account's certificate where there is one", ({ user, found }) => {
    expect(certificateIn(kubeconfig(cluster, user))).toEqual(found);
  });
});
