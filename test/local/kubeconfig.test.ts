import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { copyContext, kubeconfigOf, plainContext } from "../../local/kubeconfig.js";
import { UsageError } from "../../local/start-options.js";

const FILE = "/home/me/.kube/config";
const config = {
  clusters: [
    { name: "aks", cluster: { server: "https://aks.test", "certificate-authority": "ca.pem" } },
  ],
  users: [{ name: "me", user: { token: "t", "client-key": "/keys/me.pem" } }],
  contexts: [
    { name: "west", context: { cluster: "aks", user: "me" } },
    { name: "anonymous", context: { cluster: "aks" } },
    { name: "no-cluster", context: { cluster: "gone", user: "me" } },
    { name: "no-user", context: { cluster: "aks", user: "gone" } },
  ],
};

describe("copyContext", () => {
  it("takes cluster and user under the member's name, with files found from anywhere", () => {
    expect(copyContext(stringify(config), FILE, "west", "prod")).toEqual({
      name: "prod",
      cluster: { server: "https://aks.test", "certificate-authority": "/home/me/.kube/ca.pem" },
      user: { token: "t", "client-key": "/keys/me.pem" },
    });
  });

  it("takes a context without a user", () => {
    expect(copyContext(stringify(config), FILE, "anonymous", "prod").user).toEqual({});
  });

  it.each([
    {
      behaviour: "names the contexts there are when one is missing",
      context: "east",
      says: `${FILE} has no context "east" (it has: west, anonymous, no-cluster, no-user)`,
    },
    {
      behaviour: "tells that a context's cluster is missing",
      context: "no-cluster",
      says: 'missing cluster "gone"',
    },
    {
      behaviour: "tells that a context's user is missing",
      context: "no-user",
      says: 'missing user "gone"',
    },
  ])("$behaviour", ({ context, says }) => {
    const attempt = () => copyContext(stringify(config), FILE, context, "prod");
    expect(attempt).toThrow(UsageError);
    expect(attempt).toThrow(says);
  });

  it.each([
    { behaviour: "refuses a file that is not YAML", text: "a: [", says: "is not YAML" },
    {
      behaviour: "refuses a file that is no kubeconfig",
      text: "contexts: 3",
      says: "is not a kubeconfig",
    },
    { behaviour: "refuses an empty file", text: "", says: "is not a kubeconfig" },
  ])("$behaviour", ({ text, says }) => {
    expect(() => copyContext(text, FILE, "west", "prod")).toThrow(says);
  });
});

describe("kubeconfigOf", () => {
  it("makes the first context current and names cluster and user as the context", () => {
    const written = kubeconfigOf([
      plainContext("hub", "http://127.0.0.1:7071"),
      plainContext("member1", "http://127.0.0.1:1"),
    ]);
    expect(written).toMatchObject({
      "current-context": "hub",
      clusters: [
        { name: "hub", cluster: { server: "http://127.0.0.1:7071" } },
        { name: "member1" },
      ],
      contexts: [
        { name: "hub", context: { cluster: "hub", user: "hub" } },
        { name: "member1", context: { cluster: "member1", user: "member1" } },
      ],
    });
  });
});
