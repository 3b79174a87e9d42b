import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FleetRole } from "../../src/access/fleet-role.js";
import type { Kind } from "../../src/registry/kind.js";
import { type GuardedApi, openGuardedApi } from "../support/guarded-api.js";

const ROLES = [...FleetRole.options, "none"];
const NAMESPACE = "team-a";

let api: GuardedApi;
let kinds: readonly Kind[];

beforeAll(async () => {
  api = openGuardedApi({
    kinds: { pushSnapshot: async (placement) => ({ object: placement, created: false }) },
  });
  kinds = await api.kinds();
  const created = await admin("POST", "/api/v1/namespaces", { metadata: { name: NAMESPACE } });
  expect(created.status, created.message).toBe(201);
});
afterAll(() => api.close());

function admin(method: string, path: string, body?: unknown) {
  return api.as({ oid: "root", roles: ["Fleet.Admin"] })(method, path, body);
}

interface Try {
  readonly verb: string;
  readonly method: string;
  readonly path: string;
}

/** Every request that a kind could have, under the verb that authorization knows it by. Nothing of it is carried out. */
function triesOf(kind: Kind): readonly (Try & { readonly subresource: string })[] {
  const root = kind.group ? `/apis/${kind.group}` : "/api";
  const version = `${root}/${kind.versions[0]}`;
  const collection = kind.namespaced
    ? `${version}/namespaces/${NAMESPACE}/${kind.plural}`
    : `${version}/${kind.plural}`;
  const dry = "dryRun=All";
  const object: Try[] = [
    { verb: "get", method: "GET", path: `${collection}/none` },
    { verb: "list", method: "GET", path: collection },
    { verb: "watch", method: "GET", path: `${collection}?watch=true&timeoutSeconds=1` },
    { verb: "create", method: "POST", path: `${collection}?${dry}` },
    { verb: "update", method: "PUT", path: `${collection}/none?${dry}` },
    { verb: "patch", method: "PATCH", path: `${collection}/none?${dry}` },
    { verb: "delete", method: "DELETE", path: `${collection}/none?${dry}` },
    { verb: "deletecollection", method: "DELETE", path: `${collection}?${dry}` },
  ];
  const below = (name: string): readonly Try[] => [
    { verb: "get", method: "GET", path: `${collection}/none/${name}` },
    { verb: "create", method: "POST", path: `${collection}/none/${name}?${dry}` },
    { verb: "update", method: "PUT", path: `${collection}/none/${name}?${dry}` },
    { verb: "patch", method: "PATCH", path: `${collection}/none/${name}?${dry}` },
  ];
  const names = new Set([
    ...(kind.subresources.status ? ["status"] : []),
    ...(kind.subresources.scale ? ["scale"] : []),
    ...(kind.plural === "namespaces" ? ["finalize"] : []),
    ...[...(kind.actions ?? []), ...(kind.views ?? [])].map(({ name }) => name),
  ]);
  return [
    ...object.map((attempt) => ({ ...attempt, subresource: "" })),
    ...[...names].flatMap((name) =>
      below(name).map((attempt) => ({ ...attempt, subresource: `/${name}` })),
    ),
  ];
}

/** What a role gets through with, of all that is served: `get list watch`. */
async function verbsOf(role: string, kind: Kind): Promise<Map<string, string[]>> {
  const send = api.as({ oid: "someone", ...(role !== "none" && { roles: [role] }) });
  const verbs = new Map<string, string[]>();
  for (const { verb, method, path, subresource } of triesOf(kind)) {
    const body = method === "GET" || method === "DELETE" ? undefined : {};
    const answer = await send(method, path, body);
    if (answer.status === 405) continue;
    expect(answer.status, `${method} ${path}: ${answer.message}`).toBeLessThan(500);
    const refused = answer.status === 403 && answer.message.includes(`cannot ${verb} resource`);
    if (answer.status === 403) expect(refused, answer.message).toBe(true);
    const list = verbs.get(subresource) ?? [];
    verbs.set(subresource, refused ? list : [...list, verb]);
  }
  return verbs;
}

describe("the roles", () => {
  it("allow of everything that is served what the matrix says, and nothing else", async () => {
    const lines: string[] = [];
    for (const kind of kinds) {
      const columns = await Promise.all(ROLES.map((role) => verbsOf(role, kind)));
      const qualified = kind.group ? `${kind.plural}.${kind.group}` : kind.plural;
      for (const subresource of columns[0]?.keys() ?? []) {
        lines.push(`${qualified}${subresource}`);
        for (const [index, role] of ROLES.entries()) {
          const verbs = columns[index]?.get(subresource) ?? [];
          lines.push(`  ${role.padEnd(15)} ${verbs.join(" ") || "-"}`);
        }
      }
    }
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("../fixtures/access/role-matrix.txt");
  }, 300_000);
});
