import type { AccessToken, TokenCredential } from "@azure/identity";
import { firstWords } from "./error-words.js";

/** The Entra application that all AKS clusters take tokens for. Source: Azure, "Use kubelogin to authenticate in AKS". */
export const AKS_SCOPE = "6dae42f8-4368-4678-94ff-3960e28e3630/.default";

/** A token is renewed this long before it expires. */
const AHEAD_MS = 5 * 60_000;

/** No token is to be had; `message` has Entra's or the identity endpoint's own words, without anything secret. */
export class IdentityUnavailable extends Error {
  constructor(words: string) {
    super(`the app's identity gets no token: ${words}`);
    this.name = "IdentityUnavailable";
  }
}

/**
 * Tokens of one identity, in memory only: one per scope, so that all members share theirs, asked for once however many
 * want it at the same time.
 */
export class TokenSource implements TokenCredential {
  private readonly credential: TokenCredential;
  private readonly now: () => number;
  private readonly held = new Map<string, AccessToken>();
  private readonly asking = new Map<string, Promise<AccessToken>>();

  constructor(credential: TokenCredential, now: () => number) {
    this.credential = credential;
    this.now = now;
  }

  /** @throws IdentityUnavailable */
  async getToken(scopes: string | string[]): Promise<AccessToken> {
    const scope = String(scopes);
    const held = this.held.get(scope);
    if (held && held.expiresOnTimestamp - this.now() > AHEAD_MS) return held;
    try {
      return await this.ask(scope);
    } catch (error) {
      if (held && held.expiresOnTimestamp > this.now()) return held;
      throw error;
    }
  }

  /** Lets a token go that a server has refused. */
  forget(scope: string, token: string): void {
    if (this.held.get(scope)?.token === token) this.held.delete(scope);
  }

  private ask(scope: string): Promise<AccessToken> {
    const asked = this.asking.get(scope) ?? this.askAnew(scope);
    this.asking.set(scope, asked);
    return asked;
  }

  private async askAnew(scope: string): Promise<AccessToken> {
    try {
      const token = await this.credential.getToken(scope);
      if (!token) throw new IdentityUnavailable("there is no identity to ask");
      this.held.set(scope, token);
      return token;
    } catch (error) {
      if (error instanceof IdentityUnavailable) throw error;
      // Not its cause: the library's errors hold the request, and sometimes the whole answer.
      throw new IdentityUnavailable(firstWords(error));
    } finally {
      this.asking.delete(scope);
    }
  }
}

/** The object id by which clusters know the identity: what a token says of itself. */
export function objectIdIn(token: string): string | undefined {
  try {
    const payload = Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8");
    const claims: unknown = JSON.parse(payload);
    return typeof claims === "object" && claims !== null && "oid" in claims
      ? String(claims.oid)
      : undefined;
  } catch {
    // A token need not be readable to others than its audience; then nobody knows.
    return undefined;
  }
}
