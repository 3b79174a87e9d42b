import { z } from "zod";

/**
 * The header in which App Service authentication says who calls, once it has verified the token.
 * Source: Microsoft Learn, "Work with user identities in Azure App Service authentication".
 */
export const CLIENT_PRINCIPAL_HEADER = "x-ms-client-principal";

const ClientPrincipal = z.object({
  auth_typ: z.string(),
  claims: z.array(z.object({ typ: z.string(), val: z.string() })),
  role_typ: z.string().nullish(),
});
type ClientPrincipal = z.infer<typeof ClientPrincipal>;

/** Who a token is about, as far as this app asks. */
export interface Principal {
  /** The object id: what stays when names change. */
  readonly objectId: string;
  readonly name: string;
  readonly groups: readonly string[];
  readonly roles: readonly string[];
}

export type ParsedPrincipal =
  | { readonly ok: true; readonly principal: Principal }
  | { readonly ok: false; readonly problem: string };

const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

/** Reads the header's Base64 of JSON. Nothing that somebody sends makes it throw. */
export function parseClientPrincipal(header: string): ParsedPrincipal {
  const parsed = ClientPrincipal.safeParse(decode(header));
  if (!parsed.success) return { ok: false, problem: "it is not Base64 of JSON with claims" };
  const { data } = parsed;
  // Other identity providers give their users names and roles of their own making.
  if (data.auth_typ !== "aad") {
    return {
      ok: false,
      problem: `it is of the provider ${JSON.stringify(data.auth_typ)}, not of Entra`,
    };
  }
  const objectId = firstOf(data, OBJECT_ID);
  if (!objectId) return { ok: false, problem: "it has no object id" };
  return {
    ok: true,
    principal: {
      objectId,
      name: nameIn(data) ?? objectId,
      groups: allOf(data, GROUPS),
      roles: allOf(data, data.role_typ ? [...ROLES, data.role_typ] : ROLES),
    },
  };
}

function decode(header: string): unknown {
  if (!BASE64.test(header)) return undefined;
  try {
    return JSON.parse(Buffer.from(header, "base64").toString("utf8"));
  } catch {
    // Whatever it is, it is not a principal: the caller is told so.
    return undefined;
  }
}

// Claims come under the names they have in the token, or under those that .NET maps them to.
// Source: `ClaimTypeMapping` of System.IdentityModel.Tokens.Jwt.
const OBJECT_ID = ["oid", "http://schemas.microsoft.com/identity/claims/objectidentifier"];
const ROLES = ["roles", "http://schemas.microsoft.com/ws/2008/06/identity/claims/role"];
const GROUPS = ["groups", "http://schemas.xmlsoap.org/claims/Group"];
const SCOPE = ["scp", "http://schemas.microsoft.com/identity/claims/scope"];
const CLIENT = ["appid", "azp"];
/** Names that only the tenant gives. An e-mail address or a display name is none of them: people set these themselves. */
const NAMES = [
  ["preferred_username"],
  ["upn", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn"],
];

/** A person's user name. An application has its client id; in a person's token that is only the client in use. */
function nameIn(data: ClientPrincipal): string | undefined {
  const names = NAMES.map((types) => firstOf(data, types));
  const name = names.find((found) => found !== undefined);
  if (name !== undefined) return name;
  return firstOf(data, SCOPE) === undefined ? firstOf(data, CLIENT) : undefined;
}

function firstOf(data: ClientPrincipal, types: readonly string[]): string | undefined {
  return allOf(data, types)[0];
}

/** Values that Kubernetes keeps for itself are not taken from anybody: groups can be named like that. */
function allOf({ claims }: ClientPrincipal, types: readonly string[]): readonly string[] {
  const values = claims.filter(({ typ, val }) => types.includes(typ) && val !== "");
  return [...new Set(values.map(({ val }) => val))].filter((val) => !val.startsWith("system:"));
}
