/** Object id, user name and the rest of whom App Service authentication would let through. */
export interface TestPrincipal {
  readonly oid: string;
  readonly name?: string;
  readonly roles?: readonly string[];
  readonly groups?: readonly string[];
}

/** Claims under the names that Entra's tokens of version 2 have. */
export function claimsOf({ oid, name, roles = [], groups = [] }: TestPrincipal) {
  return [
    { typ: "oid", val: oid },
    ...(name === undefined ? [] : [{ typ: "preferred_username", val: name }]),
    ...roles.map((val) => ({ typ: "roles", val })),
    ...groups.map((val) => ({ typ: "groups", val })),
  ];
}

/**
 * `X-MS-CLIENT-PRINCIPAL` as App Service writes it.
 * Source: Microsoft Learn, "Work with user identities in Azure App Service authentication".
 */
export function clientPrincipal(
  claims: readonly { readonly typ: string; readonly val: string }[],
  provider = "aad",
): string {
  const principal = {
    auth_typ: provider,
    claims,
    name_typ: "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
    role_typ: "http://schemas.microsoft.com/ws/2008/06/identity/claims/role",
  };
  return Buffer.from(JSON.stringify(principal)).toString("base64");
}
