import { describe, expect, it } from "vitest";
import { mergePatch } from "../../src/apiserver/patch/merge-patch.js";
import { strategicMergePatch } from "../../src/apiserver/patch/strategic-merge-patch.js";
import { threeWayPatch } from "../../src/manifests/three-way-patch.js";
import { builtinSchema } from "../../src/registry/builtin-schema.js";

type Fields = Readonly<Record<string, unknown>>;

interface Case {
  readonly behaviour: string;
  readonly original?: Fields;
  readonly modified: Fields;
  readonly live: Fields;
  readonly patch: Fields;
  /** What the server makes of it. */
  readonly result: Fields;
}

const pod = (spec: Fields) => ({ spec: { template: { spec } } });
const container = (name: string, fields: Fields = {}) => ({ name, ...fields });
const order = (...names: readonly string[]) => names.map((name) => ({ name }));

describe("threeWayPatch for built-in kinds", () => {
  const schema = builtinSchema("apps/v1", "Deployment");

  it.each<Case>([
    {
      behaviour: "is empty when the live object has what is wanted and more",
      modified: { spec: { replicas: 2 } },
      live: { spec: { replicas: 2, paused: true } },
      patch: {},
      result: { spec: { replicas: 2, paused: true } },
    },
    {
      behaviour: "sets what differs and what is missing",
      modified: { spec: { replicas: 2, minReadySeconds: 5 } },
      live: { spec: { replicas: 3, paused: true } },
      patch: { spec: { replicas: 2, minReadySeconds: 5 } },
      result: { spec: { replicas: 2, minReadySeconds: 5, paused: true } },
    },
    {
      behaviour: "removes what was applied last and is applied no more, and keeps what others set",
      original: { metadata: { labels: { app: "web", team: "shop" } } },
      modified: { metadata: { labels: { app: "web" } } },
      live: { metadata: { labels: { app: "web", team: "shop", theirs: "x" } } },
      patch: { metadata: { labels: { team: null } } },
      result: { metadata: { labels: { app: "web", theirs: "x" } } },
    },
    {
      behaviour: "leaves alone what is to be removed and already gone",
      original: { spec: { paused: true } },
      modified: { spec: {} },
      live: { spec: { replicas: 1 } },
      patch: {},
      result: { spec: { replicas: 1 } },
    },
    {
      behaviour: "removes nothing when nobody knows what was applied last",
      modified: { metadata: { labels: { app: "web" } } },
      live: { metadata: { labels: { app: "old", team: "shop" } } },
      patch: { metadata: { labels: { app: "web" } } },
      result: { metadata: { labels: { app: "web", team: "shop" } } },
    },
    {
      behaviour: "takes null for a field that must not be there",
      modified: { spec: { paused: null, replicas: 1 } },
      live: { spec: { paused: true, replicas: 1 } },
      patch: { spec: { paused: null } },
      result: { spec: { replicas: 1 } },
    },
    {
      behaviour: "merges containers by name and keeps an injected one",
      modified: pod({ containers: [container("web", { image: "web:2" })] }),
      live: pod({
        containers: [container("web", { image: "web:1", tty: true }), container("injected")],
      }),
      patch: pod({
        containers: [container("web", { image: "web:2" })],
        "$setElementOrder/containers": order("web"),
      }),
      result: pod({
        containers: [container("web", { image: "web:2", tty: true }), container("injected")],
      }),
    },
    {
      behaviour: "deletes the container that is applied no more",
      original: pod({ containers: [container("web"), container("old")] }),
      modified: pod({ containers: [container("web")] }),
      live: pod({ containers: [container("web"), container("old")] }),
      patch: pod({
        containers: [{ $patch: "delete", name: "old" }],
        "$setElementOrder/containers": order("web"),
      }),
      result: pod({ containers: [container("web")] }),
    },
    {
      behaviour: "keeps the wanted order of what it adds",
      modified: pod({ initContainers: [container("first"), container("second")] }),
      live: pod({ initContainers: [container("second")] }),
      patch: pod({
        initContainers: [container("first")],
        "$setElementOrder/initContainers": order("first", "second"),
      }),
      result: pod({ initContainers: [container("first"), container("second")] }),
    },
    {
      behaviour: "only puts in order what is there in another one",
      modified: pod({ initContainers: [container("first"), container("second")] }),
      live: pod({ initContainers: [container("second"), container("first")] }),
      patch: pod({ "$setElementOrder/initContainers": order("first", "second") }),
      result: pod({ initContainers: [container("first"), container("second")] }),
    },
    {
      behaviour: "drops what belongs to another alternative",
      modified: { spec: { strategy: { type: "Recreate" } } },
      live: { spec: { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } } } },
      patch: { spec: { strategy: { type: "Recreate", $retainKeys: ["type"] } } },
      result: { spec: { strategy: { type: "Recreate" } } },
    },
    {
      behaviour: "replaces the source of a volume",
      original: pod({ volumes: [{ name: "data", configMap: { name: "a" } }] }),
      modified: pod({ volumes: [{ name: "data", emptyDir: {} }] }),
      live: pod({ volumes: [{ name: "data", configMap: { name: "a", defaultMode: 420 } }] }),
      patch: pod({
        volumes: [
          {
            name: "data",
            emptyDir: {},
            configMap: null,
            $retainKeys: ["name", "emptyDir"],
          },
        ],
        "$setElementOrder/volumes": order("data"),
      }),
      result: pod({ volumes: [{ name: "data", emptyDir: {} }] }),
    },
    {
      behaviour: "replaces lists that do not merge",
      modified: pod({ containers: [container("web", { args: ["b"] })] }),
      live: pod({ containers: [container("web", { args: ["a", "b"] })] }),
      patch: pod({
        containers: [container("web", { args: ["b"] })],
        "$setElementOrder/containers": order("web"),
      }),
      result: pod({ containers: [container("web", { args: ["b"] })] }),
    },
    {
      behaviour: "adds and removes finalizers one by one",
      original: { metadata: { finalizers: ["ours/old", "ours/kept"] } },
      modified: { metadata: { finalizers: ["ours/kept", "ours/new"] } },
      live: { metadata: { finalizers: ["ours/old", "ours/kept", "theirs/x"] } },
      patch: {
        metadata: {
          finalizers: ["ours/new"],
          "$deleteFromPrimitiveList/finalizers": ["ours/old"],
        },
      },
      result: { metadata: { finalizers: ["ours/new", "ours/kept", "theirs/x"] } },
    },
    {
      behaviour: "replaces a list in which the merge key does not tell the items apart",
      modified: pod({
        containers: [
          container("dns", {
            ports: [
              { containerPort: 53, protocol: "TCP" },
              { containerPort: 53, protocol: "UDP" },
            ],
          }),
        ],
      }),
      live: pod({
        containers: [container("dns", { ports: [{ containerPort: 53, protocol: "TCP" }] })],
      }),
      patch: pod({
        containers: [
          container("dns", {
            ports: [
              { containerPort: 53, protocol: "TCP" },
              { containerPort: 53, protocol: "UDP" },
              { $patch: "replace" },
            ],
          }),
        ],
        "$setElementOrder/containers": order("dns"),
      }),
      result: pod({
        containers: [
          container("dns", {
            ports: [
              { containerPort: 53, protocol: "TCP" },
              { containerPort: 53, protocol: "UDP" },
            ],
          }),
        ],
      }),
    },
  ])("$behaviour", ({ original, modified, live, patch, result }) => {
    const actual = threeWayPatch({ original, modified, live }, schema);

    expect(actual).toEqual(patch);
    expect(strategicMergePatch(live, actual, schema)).toEqual(result);
  });
});

describe("threeWayPatch for custom resources", () => {
  it.each<Case>([
    {
      behaviour: "replaces a list as a whole",
      modified: { spec: { sizes: [{ name: "a" }] } },
      live: { spec: { sizes: [{ name: "a", by: "default" }, { name: "theirs" }] } },
      patch: { spec: { sizes: [{ name: "a" }] } },
      result: { spec: { sizes: [{ name: "a" }] } },
    },
    {
      behaviour: "removes what is applied no more and keeps what others set",
      original: { spec: { size: 1, color: "red" } },
      modified: { spec: { size: 2 } },
      live: { spec: { size: 1, color: "red", theirs: true } },
      patch: { spec: { size: 2, color: null } },
      result: { spec: { size: 2, theirs: true } },
    },
  ])("$behaviour", ({ original, modified, live, patch, result }) => {
    const actual = threeWayPatch({ original, modified, live }, undefined);

    expect(actual).toEqual(patch);
    expect(mergePatch(live, actual)).toEqual(result);
  });
});
