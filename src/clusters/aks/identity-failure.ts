import { MemberUnreachable } from "../member-connection.js";
import { AKS_SCOPE, IdentityUnavailable, type TokenSource } from "./token-source.js";

/** What to do when the identity gets no token. */
export function identityAdvice(error: IdentityUnavailable): string {
  return `${error.message}; the app needs its managed identity, and AZURE_CLIENT_ID as its client id; on a developer's machine "az login" does`;
}

/** The token for the API servers of all members. @throws MemberUnreachable (IdentityUnavailable) */
export async function memberToken(tokens: TokenSource, member: string): Promise<string> {
  try {
    return (await tokens.getToken(AKS_SCOPE)).token;
  } catch (error) {
    if (!(error instanceof IdentityUnavailable)) throw error;
    throw new MemberUnreachable("IdentityUnavailable", `${member}: ${identityAdvice(error)}`);
  }
}
