import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { openSqliteObjectStore } from "../../local/simulated-members/sqlite-object-store.js";
import type { KubeObject } from "../../src/api/meta.js";
import { DEFINITIONS } from "../../src/registry/custom-resource-definition.js";
import { memberKinds } from "../../src/registry/kinds.js";
import { ServedKinds } from "../../src/registry/served-kinds.js";

interface Naming {
  readonly group?: string;
  readonly plural: string;
  readonly kind: string;
  readonly shortNames?: readonly string[];
  readonly createdAt?: string;
}

const fixture = parse(readFileSync("test/fixtures/gadget-definition.yaml", "utf8"));

function definition(naming: Naming): KubeObject {
  const { group = "tools.example.com", plural, kind, shortNames = [], createdAt } = naming;
  const names = { plural, kind, singular: kind.toLowerCase(), listKind: `${kind}List`, shortNames };
  return {
    ...fixture,
    metadata: {
      name: `${plural}.${group}`,
      uid: `uid-${plural}`,
      creationTimestamp: createdAt ?? "2026-01-01T10:00:00Z",
    },
    spec: { ...fixture.spec, group, names },
  };
}

const GADGET: Naming = { plural: "gadgets", kind: "Gadget", shortNames: ["gd"] };
const refOf = ({ metadata }: KubeObject) => ({ ...DEFINITIONS, name: metadata.name });

describe("ServedKinds", () => {
  let store: ReturnType<typeof openSqliteObjectStore>;
  let now: number;
  const open = () => new ServedKinds({ builtins: memberKinds(), store, now: () => now });
  const create = (served: ServedKinds, naming: Naming) => {
    const object = definition(naming);
    return served.store.create(refOf(object), object);
  };
  const customOf = async (served: ServedKinds) =>
    (await served.kinds()).filter(({ builtin }) => !builtin).map(({ plural }) => plural);

  beforeEach(() => {
    store = openSqliteObjectStore(":memory:");
    now = 0;
  });
  afterEach(() => store.close());

  it("serves a kind as soon as its definition is written, and no longer than it is there", async () => {
    const served = open();
    expect(await customOf(served)).toEqual([]);
    const created = await create(served, GADGET);
    expect(await customOf(served)).toEqual(["gadgets"]);
    await served.store.remove(refOf(created), created.metadata.resourceVersion ?? "");
    expect(await customOf(served)).toEqual([]);
  });

  it("sees after two seconds what another process has written", async () => {
    const served = open();
    await served.kinds();
    await create(open(), GADGET);
    now = 1_999;
    expect(await customOf(served)).toEqual([]);
    now = 2_000;
    expect(await customOf(served)).toEqual(["gadgets"]);
  });

  it("gives the same list as long as no definition changes", async () => {
    const served = open();
    await create(served, GADGET);
    const first = await served.kinds();
    now = 10_000;
    expect(await served.kinds()).toBe(first);
    expect(served.latest()).toBe(first);
  });

  const BUILTIN_GROUP = { group: "networking.k8s.io", plural: "ingresses", kind: "Thing" };

  it.each([
    [
      "another's short name",
      { plural: "gizmos", kind: "Gizmo", shortNames: ["gd"] },
      "ShortNamesConflict",
      '"gd" is already in use',
    ],
    [
      "another's plural as a short name",
      { plural: "gizmos", kind: "Gizmo", shortNames: ["gadgets"] },
      "ShortNamesConflict",
      '"gadgets" is already in use',
    ],
    [
      "another's kind",
      { plural: "gizmos", kind: "Gadget" },
      "ListKindConflict",
      '"GadgetList" is already in use',
    ],
    ["a built-in kind's plural", BUILTIN_GROUP, "PluralConflict", '"ingresses" is already in use'],
  ])("accepts no definition that wants %s", async (_what, naming, reason, message) => {
    const served = open();
    await create(served, GADGET);
    const second = await create(served, naming);
    const { conditions } = second.status as { readonly conditions: readonly { type: string }[] };
    const names = conditions.filter(
      ({ type }) => type === "NamesAccepted" || type === "Established",
    );
    expect(names).toMatchObject([
      { type: "NamesAccepted", status: "False", reason, message },
      { type: "Established", status: "False", reason: "NotAccepted" },
    ]);
    expect(await customOf(served)).toEqual(["gadgets"]);
  });

  it("lets two groups use the same names", async () => {
    const served = open();
    await create(served, GADGET);
    await create(served, { ...GADGET, group: "other.example.com" });
    expect(await customOf(served)).toEqual(["gadgets", "gadgets"]);
  });

  it("leaves names with the definition that had them, and frees them when it goes", async () => {
    const served = open();
    const first = await create(served, { ...GADGET, plural: "zebras", kind: "Zebra" });
    const second = await create(served, { ...GADGET, plural: "apes", kind: "Ape" });
    expect(await customOf(served)).toEqual(["zebras"]);
    await served.store.remove(refOf(first), first.metadata.resourceVersion ?? "");
    expect(await customOf(served)).toEqual(["apes"]);
    expect((await served.store.get(refOf(second)))?.status).toMatchObject({
      acceptedNames: { plural: "apes" },
      conditions: [{ status: "True" }, { status: "True" }],
    });
  });
});
