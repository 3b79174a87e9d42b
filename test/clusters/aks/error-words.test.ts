import { describe, expect, it } from "vitest";
import { withoutSecrets } from "../../../src/clusters/aks/error-words.js";
import { makeToken } from "../../support/azure/identity-endpoint.js";

const token = makeToken("a", "b");
const id =
  "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/prod/providers/Microsoft.ContainerService/managedClusters/west-1";
const host =
  "prod-west-a1b2c3d4.9c1f3a52-1111-4222-8333-abcdefabcdef.privatelink.westeurope.azmk8s.io";

describe("the words of an error", () => {
  it.each([
    { what: "a token", text: `refused: ${token}`, shown: "refused: [hidden]" },
    { what: "half a token", text: `got ${token.slice(0, 40)}`, shown: "got [hidden]" },
    { what: "a key in base64", text: `data LS0tLS1CRUdJTiBSU0E=`, shown: "data [hidden]" },
    {
      what: "a key in PEM",
      text: "bad -----BEGIN RSA PRIVATE KEY-----",
      shown: "bad [hidden]",
    },
    { what: "a long run", text: `secret ${"k".repeat(64)}`, shown: "secret [hidden]" },
    { what: "all but the first line", text: "failed:\nsecret", shown: "failed:" },
  ])("leave out $what", ({ text, shown }) => {
    expect(withoutSecrets(text)).toBe(shown);
  });

  it.each([id, `getaddrinfo ENOTFOUND ${host}`])("keep names: %s", (text) => {
    expect(withoutSecrets(text)).toBe(text);
  });
});
