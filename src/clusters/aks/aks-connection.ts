import type { Agent } from "node:http";
import { httpConnection } from "../http-connection.js";
import {
  type MemberConnection,
  type MemberRequest,
  type MemberResponse,
  MemberUnreachable,
} from "../member-connection.js";
import type { AksTarget } from "./aks-target.js";
import { withAdvice } from "./cluster-refusal.js";
import { explained } from "./explained-failure.js";
import { memberToken } from "./identity-failure.js";
import type { KnownCluster } from "./known-clusters.js";
import { networkFailure } from "./network-failure.js";
import type { Remedies } from "./remedies.js";
import { AKS_SCOPE, objectIdIn, type TokenSource } from "./token-source.js";

/** What a connection to an AKS cluster works with. */
export interface AksTools {
  readonly tokens: TokenSource;
  /** Open connections to a server. */
  readonly agentOf: (known: KnownCluster) => Agent;
  readonly remedies: Remedies;
}

type Attempt =
  | { readonly kind: "Answered"; readonly response: MemberResponse }
  | { readonly kind: "Failed"; readonly error: MemberUnreachable };

/** Whether there is something else to try now. */
type Remedy = () => Promise<boolean>;

/**
 * A connection with the identity's token. When the cluster cannot be reached it finds out why, and tries again with
 * what it has found.
 */
export class AksConnection implements MemberConnection {
  readonly memberName: string;
  readonly found: NonNullable<MemberConnection["found"]>;
  private readonly tools: AksTools;
  private readonly target: AksTarget;
  private known: KnownCluster;
  private usedToken = "";

  constructor(tools: AksTools, target: AksTarget, known: KnownCluster) {
    this.memberName = target.member;
    this.found = { server: known.server, refreshedAt: known.refreshedAt };
    this.tools = tools;
    this.target = target;
    this.known = known;
  }

  async request(request: MemberRequest): Promise<MemberResponse> {
    let attempt = await this.attempt(request);
    for (const remedy of this.remediesFor(attempt, request)) {
      if (attempt.kind === "Answered") break;
      if (await remedy()) attempt = await this.attempt(request);
    }
    if (attempt.kind === "Answered") return attempt.response;
    throw explained(attempt.error, this.target, this.known);
  }

  private async attempt(request: MemberRequest): Promise<Attempt> {
    try {
      this.usedToken = await memberToken(this.tools.tokens, this.memberName);
      const connection = httpConnection(this.memberName, {
        server: new URL(this.known.server),
        agent: this.tools.agentOf(this.known),
        headers: () => Promise.resolve({ Authorization: `Bearer ${this.usedToken}` }),
      });
      const response = await connection.request(request);
      const objectId = objectIdIn(this.usedToken);
      return {
        kind: "Answered",
        response: withAdvice(response, this.target, this.known, objectId),
      };
    } catch (error) {
      if (error instanceof MemberUnreachable) return { kind: "Failed", error };
      throw error;
    }
  }

  private remediesFor(attempt: Attempt, { signal }: MemberRequest): readonly Remedy[] {
    if (attempt.kind === "Answered" || signal?.aborted) return [];
    const { reason } = attempt.error;
    if (reason === "Unauthorized") return [this.renewToken, this.findAgain];
    if (reason !== "Unreachable" && reason !== "Timeout") return [];
    return networkFailure(attempt.error) === "Certificate" ? [this.findAgain] : [this.lookAtIt];
  }

  private readonly renewToken: Remedy = async () => {
    const { tokens } = this.tools;
    tokens.forget(AKS_SCOPE, this.usedToken);
    return (await memberToken(tokens, this.memberName)) !== this.usedToken;
  };

  private readonly findAgain: Remedy = async () =>
    this.goOnWith(await this.tools.remedies.findAgain(this.target, this.known));

  private readonly lookAtIt: Remedy = async () =>
    this.goOnWith(await this.tools.remedies.lookAtCluster(this.target, this.known));

  private goOnWith(found: KnownCluster | undefined): boolean {
    if (found === undefined) return false;
    this.known = found;
    return true;
  }
}
