import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../src/api/meta.js";
import type { ResourceSelector } from "../../src/api/placement.js";
import {
  collectionsInNamespaces,
  collectionsToRead,
  couldSelect,
  type KindFacts,
  selectResources,
} from "../../src/placement/selection.js";
import { readFixture, resourcesIn } from "./fixtures.js";

const KINDS: readonly KindFacts[] = [
  kind("", "Namespace", "namespaces", false),
  kind("", "ConfigMap", "configmaps"),
  kind("", "Service", "services"),
  kind("", "Endpoints", "endpoints"),
  kind("", "Event", "events"),
  kind("apps", "Deployment", "deployments"),
  kind("rbac.authorization.k8s.io", "ClusterRole", "clusterroles", false),
  kind("placement.kubernetes-fleet.io", "ResourcePlacement", "resourceplacements"),
];

function kind(group: string, name: string, plural: string, namespaced = true): KindFacts {
  return { group, versions: ["v1", "v1beta1"], kind: name, plural, namespaced };
}

/** `Kind namespace/name key=value`, all of version v1; an empty namespace for cluster-scoped objects. */
function make(text: string): KubeObject {
  const [kindName = "", path = "", label] = text.split(" ");
  const [namespace, name = ""] = path.split("/");
  const [key = "", value = ""] = label?.split("=") ?? [];
  const group = KINDS.find((facts) => facts.kind === kindName)?.group;
  return {
    apiVersion: group ? `${group}/v1` : "v1",
    kind: kindName,
    metadata: { name, ...(namespace && { namespace }), ...(label && { labels: { [key]: value } }) },
  };
}

function selector(kindName: string, more: Partial<ResourceSelector> = {}): ResourceSelector {
  const group = KINDS.find((facts) => facts.kind === kindName)?.group ?? "";
  return { group, version: "v1", kind: kindName, ...more };
}

const HUB = [
  "Namespace /web team=a",
  "Namespace /shop team=a",
  "Namespace /tools team=b",
  "Namespace /default",
  "ConfigMap web/settings",
  "ConfigMap web/kube-root-ca.crt",
  "Service web/api app=api",
  "Endpoints web/api",
  "Endpoints web/external",
  "Event web/happened",
  "Deployment web/api app=api",
  "Deployment web/worker app=worker",
  "ConfigMap shop/settings",
  "ConfigMap tools/settings",
  "ClusterRole /reader team=a",
  "ClusterRole /writer team=b",
  "ResourcePlacement web/placement",
].map(make);

function select(
  resourceSelectors: ResourceSelector[],
  more: { readonly namespace?: string; readonly objects?: readonly KubeObject[] } = {},
) {
  const { namespace, objects = HUB } = more;
  return selectResources({
    placementName: "p",
    namespace,
    spec: { resourceSelectors },
    kinds: KINDS,
    objects,
  });
}

function namesOf(selection: ReturnType<typeof select>): readonly string[] {
  if (!selection.ok) return [selection.message];
  return selection.resources.map(
    ({ kind: each, metadata }) => `${each} ${metadata.namespace ?? ""}/${metadata.name}`,
  );
}

const byTeam = { labelSelector: { matchLabels: { team: "a" } } };

describe("selectResources of a cluster-scoped placement", () => {
  it.each([
    {
      behaviour: "takes a namespace with everything in it that may be placed",
      selectors: [selector("Namespace", { name: "web" })],
      names: [
        "Namespace /web",
        "ConfigMap web/settings",
        "Service web/api",
        "Deployment web/api",
        "Deployment web/worker",
        "Endpoints web/external",
      ],
    },
    {
      behaviour: "takes only the namespace when asked to",
      selectors: [selector("Namespace", { name: "web", selectionScope: "NamespaceOnly" })],
      names: ["Namespace /web"],
    },
    {
      behaviour: "takes every namespace with matching labels, each with its contents",
      selectors: [
        selector("Namespace", { labelSelector: { matchLabels: { team: "b" } } }),
        selector("ClusterRole", { labelSelector: { matchLabels: { team: "b" } } }),
      ],
      names: ["Namespace /tools", "ConfigMap tools/settings", "ClusterRole /writer"],
    },
    {
      behaviour: "restricts selectors of namespaced kinds to the one namespace",
      selectors: [
        selector("Deployment", { labelSelector: { matchLabels: { app: "api" } } }),
        selector("Namespace", { name: "web", selectionScope: "NamespaceWithResourceSelectors" }),
        selector("ConfigMap"),
        selector("ClusterRole", { name: "reader" }),
      ],
      names: [
        "Namespace /web",
        "ConfigMap web/settings",
        "ClusterRole /reader",
        "Deployment web/api",
      ],
    },
    {
      behaviour: "takes every object of a kind without name and labels",
      selectors: [selector("ClusterRole")],
      names: ["ClusterRole /reader", "ClusterRole /writer"],
    },
    {
      behaviour: "selects nothing by a name that is not there",
      selectors: [selector("ClusterRole", { name: "nobody" })],
      names: [],
    },
    {
      behaviour: "passes over kinds that are never propagated",
      selectors: [selector("Event"), selector("ResourcePlacement")],
      names: [],
    },
    {
      behaviour: "refuses a namespaced kind",
      selectors: [selector("Deployment", { name: "api" })],
      names: [
        "invalid placement /p: cannot select namespace-scoped resource apps/v1, Resource=deployments in a clusterResourcePlacement",
      ],
    },
    {
      behaviour: "refuses an object that two selectors select",
      selectors: [selector("ClusterRole", { name: "reader" }), selector("ClusterRole", byTeam)],
      names: [
        "found duplicate resource {Group:rbac.authorization.k8s.io Version:v1 Kind:ClusterRole Name:reader Namespace: Envelope:<nil>}",
      ],
    },
    {
      behaviour: "refuses a kind that is not known",
      selectors: [{ group: "example.org", version: "v1", kind: "Widget" }],
      names: [
        'invalid placement /p, failed to get GVR of the selector: no matches for kind "Widget" in version "example.org/v1"',
      ],
    },
    {
      behaviour: "refuses a version that is not known",
      selectors: [selector("ConfigMap", { version: "v2" })],
      names: [
        'invalid placement /p, failed to get GVR of the selector: no matches for kind "ConfigMap" in version "v2"',
      ],
    },
    {
      behaviour: "refuses a reserved namespace, even one that is not there",
      selectors: [selector("Namespace", { name: "kube-system" })],
      names: [
        "invalid clusterRresourcePlacement p: namespace kube-system is not allowed to propagate",
      ],
    },
    {
      behaviour: "refuses a reserved namespace among all of them",
      selectors: [selector("Namespace")],
      names: ["invalid clusterRresourcePlacement p: namespace default is not allowed to propagate"],
    },
    {
      behaviour: "refuses a reserved namespace without its contents",
      selectors: [selector("Namespace", { name: "default", selectionScope: "NamespaceOnly" })],
      names: ["invalid clusterRresourcePlacement p: namespace default is not allowed to propagate"],
    },
    {
      behaviour: "refuses to restrict selectors to a namespace that is not there",
      selectors: [
        selector("Namespace", { name: "gone", selectionScope: "NamespaceWithResourceSelectors" }),
      ],
      names: [
        "invalid clusterResourcePlacement p: NamespaceWithResourceSelectors mode requires exactly one namespace, but no namespaces were selected",
      ],
    },
  ])("$behaviour", ({ selectors, names }) => {
    expect(namesOf(select(selectors))).toEqual(names);
  });

  it("skips what is being deleted, a namespace with its contents", () => {
    const deletionTimestamp = "2026-11-21T09:00:00Z";
    const objects = HUB.map((object) =>
      object.metadata.name === "web"
        ? { ...object, metadata: { ...object.metadata, deletionTimestamp } }
        : object,
    );
    expect(namesOf(select([selector("Namespace", { name: "web" })], { objects }))).toEqual([]);
  });

  it("returns objects in the version the selector asks for", () => {
    const selection = select([selector("ClusterRole", { name: "reader", version: "v1beta1" })]);
    expect(selection.ok && selection.resources[0]?.apiVersion).toBe(
      "rbac.authorization.k8s.io/v1beta1",
    );
  });
});

describe("selectResources of a namespaced placement", () => {
  it.each([
    {
      behaviour: "selects in its own namespace only",
      selectors: [selector("ConfigMap", { name: "settings" })],
      names: ["ConfigMap web/settings"],
    },
    {
      behaviour: "refuses Namespaces",
      selectors: [selector("Namespace", { name: "web" })],
      names: [
        "invalid placement web/p: cannot select cluster-scoped resource Namespace in a resourcePlacement",
      ],
    },
    {
      behaviour: "refuses other cluster-scoped kinds",
      selectors: [selector("ClusterRole", { name: "reader" })],
      names: [
        "invalid placement web/p: cannot select cluster-scoped resource rbac.authorization.k8s.io/v1, Resource=clusterroles in a resourcePlacement",
      ],
    },
  ])("$behaviour", ({ selectors, names }) => {
    expect(namesOf(select(selectors, { namespace: "web" }))).toEqual(names);
  });

  it("holds what KubeFleet's snapshot of the same selectors holds", () => {
    const selectedResources = resourcesIn(readFixture("web-app-snapshot"));
    const live = selectedResources.toReversed().map((object) => ({
      ...object,
      metadata: { ...object.metadata, uid: "u", resourceVersion: "1", generation: 2 },
      status: {},
    }));
    const selection = select(
      [selector("Deployment", { name: "web-app" }), selector("Service", { name: "web-app" })],
      { namespace: "my-app-namespace", objects: live },
    );
    expect(selection).toEqual({ ok: true, resources: selectedResources });
  });
});

describe("collectionsToRead", () => {
  const read = (resourceSelectors: ResourceSelector[], namespace?: string) =>
    collectionsToRead({ resourceSelectors }, { namespace }, KINDS).map(pathOf);

  function pathOf(collection: { readonly namespace?: string; readonly resource: string }) {
    return `${collection.namespace ?? ""}/${collection.resource}`;
  }

  const contents = ["configmaps", "services", "endpoints", "deployments"];

  it.each([
    {
      behaviour: "reads a named namespace's contents at once",
      selectors: [selector("Namespace", { name: "web" })],
      collections: ["/namespaces", ...contents.map((plural) => `web/${plural}`)],
    },
    {
      behaviour: "reads nothing inside a namespace that goes alone",
      selectors: [selector("Namespace", { name: "web", selectionScope: "NamespaceOnly" })],
      collections: ["/namespaces"],
    },
    {
      behaviour: "reads what is asked for in the namespace that selectors are restricted to",
      selectors: [
        selector("Deployment"),
        selector("Namespace", { name: "web", selectionScope: "NamespaceWithResourceSelectors" }),
      ],
      collections: ["web/deployments", "/namespaces"],
    },
    {
      behaviour: "reads a collection once for two selectors",
      selectors: [selector("ClusterRole", { name: "a" }), selector("ClusterRole", { name: "b" })],
      collections: ["/clusterroles"],
    },
    {
      behaviour: "reads nothing for kinds that are unknown or never propagated",
      selectors: [selector("Event"), { group: "example.org", version: "v1", kind: "Widget" }],
      collections: [],
    },
  ])("$behaviour", ({ selectors, collections }) => {
    expect(read(selectors)).toEqual(collections);
  });

  it("reads the namespace of a namespaced placement, with Services for Endpoints", () => {
    expect(read([selector("Endpoints")], "web")).toEqual(["web/endpoints", "web/services"]);
  });

  it("reads the contents of namespaces selected by label in a second step", () => {
    const spec = { resourceSelectors: [selector("Namespace", byTeam)] };
    expect(collectionsToRead(spec, {}, KINDS).map(pathOf)).toEqual(["/namespaces"]);
    expect(collectionsInNamespaces(spec, {}, KINDS, HUB).map(pathOf)).toEqual([
      ...contents.map((plural) => `web/${plural}`),
      ...contents.map((plural) => `shop/${plural}`),
    ]);
  });
});

describe("couldSelect", () => {
  it.each([
    {
      behaviour: "is true of an object inside a named namespace",
      selectors: [selector("Namespace", { name: "web" })],
      object: "ConfigMap web/settings",
      expected: true,
    },
    {
      behaviour: "is false of an object inside another namespace",
      selectors: [selector("Namespace", { name: "web" })],
      object: "ConfigMap shop/settings",
      expected: false,
    },
    {
      behaviour: "is false of an object inside a namespace that goes alone",
      selectors: [selector("Namespace", { name: "web", selectionScope: "NamespaceOnly" })],
      object: "ConfigMap web/settings",
      expected: false,
    },
    {
      behaviour: "is true of the selected namespace itself",
      selectors: [selector("Namespace", { name: "web" })],
      object: "Namespace /web",
      expected: true,
    },
    {
      behaviour: "is true of an object whose namespace may have the labels",
      selectors: [selector("Namespace", byTeam)],
      object: "ConfigMap web/settings",
      expected: true,
    },
    {
      behaviour: "is false of what is never propagated",
      selectors: [selector("Namespace", { name: "web" })],
      object: "Event web/happened",
      expected: false,
    },
    {
      behaviour: "is false of another object of the kind",
      selectors: [selector("ClusterRole", { name: "reader" })],
      object: "ClusterRole /writer",
      expected: false,
    },
    {
      behaviour: "is true in the namespace that selectors are restricted to",
      selectors: [
        selector("Deployment"),
        selector("Namespace", { name: "web", selectionScope: "NamespaceWithResourceSelectors" }),
      ],
      object: "Deployment web/api",
      expected: true,
    },
  ])("$behaviour", ({ selectors, object, expected }) => {
    expect(couldSelect({ resourceSelectors: selectors }, {}, make(object))).toBe(expected);
  });

  it("decides by the namespace's labels when they are known", () => {
    const spec = { resourceSelectors: [selector("Namespace", byTeam)] };
    const object = make("ConfigMap web/settings");
    expect(couldSelect(spec, {}, object, { team: "a" })).toBe(true);
    expect(couldSelect(spec, {}, object, { team: "b" })).toBe(false);
  });

  it("keeps a namespaced placement to its own namespace", () => {
    const spec = { resourceSelectors: [selector("ConfigMap")] };
    expect(couldSelect(spec, { namespace: "web" }, make("ConfigMap web/settings"))).toBe(true);
    expect(couldSelect(spec, { namespace: "web" }, make("ConfigMap shop/settings"))).toBe(false);
  });

  it("is true of a Service when Endpoints are selected", () => {
    const spec = { resourceSelectors: [selector("Endpoints", { name: "api" })] };
    expect(couldSelect(spec, { namespace: "web" }, make("Service web/api"))).toBe(true);
  });

  it.each([
    {
      behaviour: "a named namespace",
      selectors: [selector("Namespace", { name: "web" })],
    },
    {
      behaviour: "namespaces with labels",
      selectors: [selector("Namespace", byTeam), selector("ClusterRole")],
    },
    {
      behaviour: "kinds within one namespace",
      selectors: [
        selector("Endpoints"),
        selector("Deployment", { labelSelector: { matchLabels: { app: "api" } } }),
        selector("Namespace", { name: "web", selectionScope: "NamespaceWithResourceSelectors" }),
      ],
    },
  ])("is true of everything that is selected by $behaviour", ({ selectors }) => {
    const selection = select(selectors);
    const resources = selection.ok ? selection.resources : [];
    expect(resources.length).toBeGreaterThan(0);
    const spec = { resourceSelectors: selectors };
    expect(resources.filter((object) => !couldSelect(spec, {}, object))).toEqual([]);
  });
});
