import { setTimeout as delay } from "node:timers/promises";
import { type RequestLimit, TurnQueue } from "./turn-queue.js";

/**
 * What Azure Resource Manager lets one identity read in a subscription and region; taken for the whole subscription,
 * since a cluster's region is not known before it has been read.
 * Source: Azure, "Understand how Azure Resource Manager throttles requests".
 */
const READS: RequestLimit = { burst: 250, perSecond: 25 };

/** Source: Azure, "Quotas, SKUs and region availability in AKS", throttling: all other APIs, per subscription and region. */
const CREDENTIALS: RequestLimit = { burst: 60, perSecond: 1 };

/** A shorter wait is waited through; for a longer one the caller comes back. */
const SHORT_WAIT_MS = 2000;

/** One of the budgets at Azure Resource Manager. */
export type ArmBudget =
  | { readonly call: "Read"; readonly subscription: string }
  | { readonly call: "Credentials"; readonly subscription: string; readonly region: string };

export type Turn =
  | { readonly kind: "Now" }
  | { readonly kind: "Later"; readonly at: Date; readonly seconds: number };

/** The budgets that all requests of this process to Azure Resource Manager share. */
export class ArmTurns {
  private readonly queues = new Map<string, TurnQueue>();
  private readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  /** Waits for a turn that comes soon, and says when a later one comes. `key` is whose turn it is. */
  async take(budget: ArmBudget, key: string): Promise<Turn> {
    const queue = this.queueOf(budget);
    const now = this.now();
    const at = queue.turnOf(key, now);
    if (at <= now) return { kind: "Now" };
    if (at - now > SHORT_WAIT_MS) {
      return { kind: "Later", at: new Date(at), seconds: Math.ceil((at - now) / 1000) };
    }
    await delay(at - now + 1);
    return this.take(budget, key);
  }

  /** The server has refused a request of this budget, and says how long it wants none. */
  refused(budget: ArmBudget, retryAfterSeconds: number): void {
    const now = this.now();
    this.queueOf(budget).pause(now + retryAfterSeconds * 1000, now);
  }

  private queueOf(budget: ArmBudget): TurnQueue {
    const region = budget.call === "Credentials" ? budget.region : "";
    const name = `${budget.call}/${budget.subscription}/${region}`.toLowerCase();
    const queue =
      this.queues.get(name) ?? new TurnQueue(budget.call === "Read" ? READS : CREDENTIALS);
    this.queues.set(name, queue);
    return queue;
  }
}
