import { expect } from "vitest";
import type { KubeObject } from "../../src/api/meta.js";
import { applySnapshot } from "../../src/clusters/apply-snapshot.js";
import type { MemberConnection } from "../../src/clusters/member-connection.js";
import type { ApplyStrategyOptions } from "../../src/manifests/apply-strategy.js";
import type { ApplyReport } from "../../src/manifests/outcome.js";
import { findBuiltinSchema } from "../../src/registry/builtin-schema.js";
import { namespace, owner, writeAs } from "./objects.js";

const { signal } = new AbortController();

/** A placement with a namespace of its own on a member, pass after pass. */
export class Placed {
  private readonly connection: MemberConnection;
  private readonly namespace: string;
  private inventory: ApplyReport["inventory"] = [];

  private constructor(connection: MemberConnection, where: string) {
    this.connection = connection;
    this.namespace = where;
  }

  static async in(connection: MemberConnection, where: string): Promise<Placed> {
    await writeAs(connection, "test", `/api/v1/namespaces/${where}`, namespace(where));
    return new Placed(connection, where);
  }

  async apply(
    manifests: readonly KubeObject[],
    applyStrategy: ApplyStrategyOptions = { type: "ClientSideApply" },
  ): Promise<ApplyReport> {
    const { inventory, connection } = this;
    const request = { owner, inventory, applyStrategy, patchSchemas: findBuiltinSchema };
    const report = await applySnapshot(connection, { ...request, manifests }, signal);
    this.inventory = report.inventory;
    return report;
  }

  path(plural: string, name: string): string {
    const group = plural === "deployments" ? "/apis/apps/v1" : "/api/v1";
    return `${group}/namespaces/${this.namespace}/${plural}/${name}`;
  }

  /** Changes something on the member behind the placement's back. */
  async patch(path: string, patch: object): Promise<void> {
    const response = await this.connection.request({
      method: "PATCH",
      path: `${path}?fieldManager=someone`,
      contentType: "application/merge-patch+json",
      body: patch,
    });
    expect(response.status, JSON.stringify(response.body)).toBe(200);
  }
}

/** What became of each manifest: how it changed the member, or why it did not. */
export function changes({ outcomes }: ApplyReport): readonly string[] {
  return outcomes.map((outcome) => (outcome.applied ? outcome.change : outcome.message));
}
