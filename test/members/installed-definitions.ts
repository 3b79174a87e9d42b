import { expect, vi } from "vitest";
import type { MemberConnection } from "../../src/clusters/member-connection.js";
import { listAt, stringAt } from "../../src/registry/fields.js";
import { customResourceDefinition } from "../../tools/crds/custom-resource-definition.js";
import { ownKinds } from "../../tools/crds/own-kinds.js";

const DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const WITHIN = { timeout: 30_000, interval: 100 };

/** Makes our kinds known to a real API server, and waits until it serves them. */
export async function installDefinitions(connection: MemberConnection): Promise<void> {
  const definitions = ownKinds().map(customResourceDefinition);
  for (const body of definitions) {
    const answer = await connection.request({ method: "POST", path: DEFINITIONS, body });
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  }
  for (const { metadata, spec } of definitions) {
    const path = `/apis/${spec.group}/${spec.versions[0]?.name}/${spec.names.plural}`;
    await vi.waitFor(async () => {
      expect(await established(connection, metadata.name)).toMatchObject({ Established: "True" });
      expect((await connection.request({ method: "GET", path })).status).toBe(200);
    }, WITHIN);
  }
}

/** The conditions of a definition by type; one about a schema that is not structural would be among them. */
export async function established(
  connection: MemberConnection,
  name: string,
): Promise<Readonly<Record<string, string>>> {
  const { body } = await connection.request({ method: "GET", path: `${DEFINITIONS}/${name}` });
  return Object.fromEntries(
    listAt(body, "status", "conditions").map((condition) => [
      stringAt(condition, "type") ?? "",
      stringAt(condition, "status") ?? "",
    ]),
  );
}
