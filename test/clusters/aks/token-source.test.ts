import type { AccessToken, TokenCredential } from "@azure/identity";
import { describe, expect, it } from "vitest";
import { AKS_SCOPE, objectIdIn, TokenSource } from "../../../src/clusters/aks/token-source.js";
import { makeToken } from "../../support/azure/identity-endpoint.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Gives tokens that last an hour, and counts them. */
class Identity implements TokenCredential {
  given = 0;
  now = 0;
  refusal: Error | undefined;

  getToken(): Promise<AccessToken> {
    if (this.refusal) return Promise.reject(this.refusal);
    this.given += 1;
    const token = `token-${this.given}`;
    return Promise.resolve({ token, expiresOnTimestamp: this.now + HOUR });
  }
}

function source(): {
  readonly identity: Identity;
  readonly ask: () => Promise<string>;
  readonly tokens: TokenSource;
} {
  const identity = new Identity();
  const tokens = new TokenSource(identity, () => identity.now);
  return { identity, tokens, ask: async () => (await tokens.getToken(AKS_SCOPE)).token };
}

describe("the token of all members", () => {
  it("is asked for once, however many want it at the same time", async () => {
    const { identity, ask } = source();
    expect(await Promise.all([ask(), ask(), ask()])).toEqual(["token-1", "token-1", "token-1"]);
    expect(identity.given).toBe(1);
  });

  it.each([
    { after: 54 * MINUTE, token: "token-1" },
    { after: 56 * MINUTE, token: "token-2" },
  ])("after $after ms is $token: it is renewed before it expires", async ({ after, token }) => {
    const { identity, ask } = source();
    await ask();
    identity.now = after;
    expect(await ask()).toBe(token);
  });

  it("serves until it expires when no new one is to be had", async () => {
    const { identity, ask } = source();
    await ask();
    identity.refusal = new Error("gone");
    identity.now = 59 * MINUTE;
    expect(await ask()).toBe("token-1");
    identity.now = HOUR;
    await expect(ask()).rejects.toThrow("the app's identity gets no token: gone");
  });

  it("is let go when a server refuses it, and only that one", async () => {
    const { tokens, ask } = source();
    await ask();
    tokens.forget(AKS_SCOPE, "another");
    expect(await ask()).toBe("token-1");
    tokens.forget(AKS_SCOPE, "token-1");
    expect(await ask()).toBe("token-2");
  });

  it("says nothing secret when it cannot be had", async () => {
    const { identity, ask } = source();
    const token = makeToken("a", "b");
    identity.refusal = new Error(`unknown_error\nResponse body: ${token}`);
    const failure: unknown = await ask().catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: "IdentityUnavailable" });
    expect(failure).not.toHaveProperty("cause");
    expect(String(failure)).toContain("unknown_error");
    expect(String(failure)).not.toContain("eyJ");
  });
});

describe("the object id in a token", () => {
  it.each([
    { token: makeToken("a", "me"), id: "me" },
    { token: "opaque", id: undefined },
    { token: "a.!.c", id: undefined },
  ])("is $id", ({ token, id }) => {
    expect(objectIdIn(token)).toBe(id);
  });
});
