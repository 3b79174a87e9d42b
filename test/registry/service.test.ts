import { describe, expect, it } from "vitest";
import { clusterIpFor } from "../../src/registry/cluster-ip.js";
import { fieldAt } from "../../src/registry/fields.js";
import type { Kind } from "../../src/registry/kind.js";
import {
  CONTEXT,
  cells,
  created,
  kindOf,
  memberKindOf,
  refusals,
  updateRefusals,
} from "./support/written.js";

const hub = kindOf("Service");
const member = memberKindOf("Service");
const spec = (parts: Record<string, unknown> = {}) => ({
  spec: { selector: { app: "web-app" }, ports: [{ port: 80 }], ...parts },
});

describe("a Service on the hub", () => {
  it("is stored as a real API server stores it, without an address", () => {
    expect(created(hub, spec()).spec).toEqual({
      internalTrafficPolicy: "Cluster",
      ipFamilies: ["IPv4"],
      ipFamilyPolicy: "SingleStack",
      ports: [{ port: 80, protocol: "TCP", targetPort: 80 }],
      selector: { app: "web-app" },
      sessionAffinity: "None",
      type: "ClusterIP",
    });
  });

  it("only names another host when it is an ExternalName", () => {
    const external = { spec: { type: "ExternalName", externalName: "example.test" } };
    expect(created(hub, external).spec).toEqual({ ...external.spec, sessionAffinity: "None" });
    expect(refusals(hub, external)).toEqual([]);
  });

  it.each([
    {
      behaviour: "needs a port",
      parts: spec({ ports: [] }),
      refused: ["spec.ports: Required value"],
    },
    {
      behaviour: "needs no port when it is headless",
      parts: spec({ ports: [], clusterIP: "None" }),
      refused: [],
    },
    {
      behaviour: "needs a port that exists",
      parts: spec({ ports: [{ port: 65_536, targetPort: 80 }] }),
      refused: ["spec.ports[0].port: Invalid value: 65536: must be between 1 and 65535, inclusive"],
    },
    {
      behaviour: "needs names for several ports",
      parts: spec({ ports: [{ port: 80, name: "a" }, { port: 81 }] }),
      refused: ["spec.ports[1].name: Required value"],
    },
    {
      behaviour: "needs different names for several ports",
      parts: spec({
        ports: [
          { port: 80, name: "a" },
          { port: 81, name: "a" },
        ],
      }),
      refused: ['spec.ports[1].name: Duplicate value: "a"'],
    },
    {
      behaviour: "needs different ports",
      parts: spec({
        ports: [
          { port: 80, name: "a" },
          { port: 80, name: "b" },
        ],
      }),
      refused: ['spec.ports[1]: Duplicate value: {"port":80,"protocol":"TCP"}'],
    },
    {
      behaviour: "needs a type that exists",
      parts: spec({ type: "Other" }),
      refused: [
        'spec.type: Unsupported value: "Other": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
      ],
    },
  ])("$behaviour", ({ parts, refused }) => {
    expect(refusals(hub, parts)).toEqual(refused);
  });
});

describe("a Service on a member", () => {
  const stored = created(member, spec());

  it("gets an address", () => {
    expect(stored.spec).toMatchObject({
      clusterIP: expect.stringMatching(/^10\./),
      clusterIPs: [expect.stringMatching(/^10\./)],
    });
  });

  it("stays headless when it asks for that", () => {
    expect(created(member, spec({ clusterIP: "None" })).spec).toMatchObject({ clusterIP: "None" });
  });

  it("keeps its address when an update leaves it out", () => {
    const update = created(hub, spec({ selector: { app: "other" } }));
    expect(member.prepareForUpdate?.(update, stored, CONTEXT).spec).toMatchObject({
      clusterIP: fieldAt(stored, "spec", "clusterIP"),
    });
  });

  it("cannot have another address", () => {
    expect(updateRefusals(member, spec(), spec({ clusterIP: "10.0.0.9" }))).toEqual([
      'spec.clusterIP: Invalid value: "10.0.0.9": field is immutable',
    ]);
  });
});

describe("clusterIpFor", () => {
  it("answers the same address for the same seed", () => {
    expect(clusterIpFor("a")).toBe(clusterIpFor("a"));
  });

  it("answers addresses that hosts can have", () => {
    for (let seed = 0; seed < 500; seed += 1) {
      const [first, second, , fourth] = clusterIpFor(`uid-${seed}`).split(".").map(Number);
      expect(first).toBe(10);
      expect(second).toBeGreaterThanOrEqual(96);
      expect(second).toBeLessThanOrEqual(111);
      expect(fourth).toBeGreaterThanOrEqual(1);
      expect(fourth).toBeLessThanOrEqual(254);
    }
  });
});

describe("the row of a Service", () => {
  const row = (kind: Kind, parts: Record<string, unknown>) =>
    cells(
      kind,
      {
        ...created(kind, parts),
        metadata: { name: "s", creationTimestamp: "2026-11-21T09:58:27Z" },
      },
      true,
    );

  it("prints type, addresses, ports and selector", () => {
    expect(row(hub, spec({ clusterIP: "10.0.0.236" }))).toEqual([
      "ClusterIP",
      "10.0.0.236",
      "<none>",
      "80/TCP",
      "93s",
      "app=web-app",
    ]);
  });

  it("says that a load balancer is on its way", () => {
    expect(row(hub, spec({ type: "LoadBalancer" }))[2]).toBe("<pending>");
  });

  it("prints the host that an ExternalName stands for", () => {
    const external = { spec: { type: "ExternalName", externalName: "example.test" } };
    expect(row(hub, external).slice(0, 4)).toEqual([
      "ExternalName",
      "<none>",
      "example.test",
      "<none>",
    ]);
  });
});
