import { describe, expect, it } from "vitest";
import { parseClientPrincipal } from "../../src/access/client-principal.js";
import { clientPrincipal } from "../support/client-principal.js";

const OID = "5ee0a6e5-7a30-4d92-8ce5-5b6c8f9c3c11";
const KUBELOGIN = "80faf920-1908-4b52-b5ef-a8e7bedfc67a";
const claim = (typ: string, val: string) => ({ typ, val });
const oid = claim("oid", OID);

describe("the principal in the header", () => {
  it.each([
    {
      of: "a person, by the names that a token has",
      claims: [
        oid,
        claim("preferred_username", "ada@example.com"),
        claim("name", "Ada"),
        claim("email", "boss@example.com"),
        claim("azp", KUBELOGIN),
        claim("scp", "user_impersonation"),
        claim("roles", "Fleet.Reader"),
        claim("roles", "Fleet.Operator"),
        claim("groups", "g1"),
      ],
      principal: {
        objectId: OID,
        name: "ada@example.com",
        groups: ["g1"],
        roles: ["Fleet.Reader", "Fleet.Operator"],
      },
    },
    {
      of: "a person, by the names that .NET maps claims to",
      claims: [
        claim("http://schemas.microsoft.com/identity/claims/objectidentifier", OID),
        claim("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn", "ada@example.com"),
        claim("http://schemas.microsoft.com/ws/2008/06/identity/claims/role", "Fleet.Approver"),
        claim("http://schemas.xmlsoap.org/claims/Group", "g1"),
      ],
      principal: {
        objectId: OID,
        name: "ada@example.com",
        groups: ["g1"],
        roles: ["Fleet.Approver"],
      },
    },
    {
      of: "an application, which is called by its client id",
      claims: [oid, claim("appid", "pipeline"), claim("roles", "Fleet.Operator")],
      principal: { objectId: OID, name: "pipeline", groups: [], roles: ["Fleet.Operator"] },
    },
    {
      of: "a person without a name, who is not called like the client in use",
      claims: [oid, claim("azp", KUBELOGIN), claim("scp", "user_impersonation")],
      principal: { objectId: OID, name: OID, groups: [], roles: [] },
    },
    {
      of: "a person, whose e-mail address is no name",
      claims: [oid, claim("email", "boss@example.com"), claim("name", "boss@example.com")],
      principal: { objectId: OID, name: OID, groups: [], roles: [] },
    },
    {
      of: "somebody in a group that is called like one of Kubernetes",
      claims: [oid, claim("preferred_username", "system:admin"), claim("groups", "system:masters")],
      principal: { objectId: OID, name: OID, groups: [], roles: [] },
    },
  ])("is that of $of", ({ claims, principal }) => {
    expect(parseClientPrincipal(clientPrincipal(claims))).toEqual({ ok: true, principal });
  });

  it.each([
    { header: "nonsense!", problem: "Base64" },
    { header: "bm9uc2Vuc2U=", problem: "Base64" },
    { header: Buffer.from("null").toString("base64"), problem: "Base64" },
    { header: Buffer.from('{"auth_typ":"aad","claims":{}}').toString("base64"), problem: "Base64" },
    { header: `${clientPrincipal([oid])}, ${clientPrincipal([oid])}`, problem: "Base64" },
    { header: clientPrincipal([oid], "github"), problem: '"github"' },
    { header: clientPrincipal([claim("preferred_username", "ada")]), problem: "no object id" },
    { header: clientPrincipal([claim("oid", "")]), problem: "no object id" },
  ])("is none in $header", ({ header, problem }) => {
    const parsed = parseClientPrincipal(header);
    expect(parsed).toMatchObject({ ok: false, problem: expect.stringContaining(problem) });
  });
});
