import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../src/api/meta.js";
import { compareForSnapshot } from "../../src/manifests/snapshot-order.js";

/** `apiVersion Kind namespace/name`, with an empty namespace for cluster-scoped objects. */
function parse(text: string): KubeObject {
  const [apiVersion = "", kind = "", path = ""] = text.split(" ");
  const [namespace, name = ""] = path.split("/");
  return { apiVersion, kind, metadata: { name, ...(namespace && { namespace }) } };
}

describe("compareForSnapshot", () => {
  it.each([
    {
      behaviour: "puts kinds in the order of the list",
      order: [
        "scheduling.k8s.io/v1 PriorityClass /high",
        "v1 Namespace /web",
        "v1 ConfigMap web/a",
        "v1 Service web/a",
        "apps/v1 Deployment web/a",
        "networking.k8s.io/v1 Ingress web/a",
      ],
    },
    {
      behaviour: "puts unknown kinds last",
      order: [
        "admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration /x",
        "example.org/v1 Application web/a",
      ],
    },
    {
      behaviour: "orders one kind by namespace and name",
      order: ["v1 ConfigMap a/z", "v1 ConfigMap b/a", "v1 ConfigMap b/b"],
    },
    {
      behaviour: "orders a kind of several groups by group and version first",
      order: ["extensions/v1beta1 Ingress web/z", "networking.k8s.io/v1 Ingress web/a"],
    },
    {
      behaviour: "orders unknown kinds by group, version, kind, then name",
      order: [
        "v1 Endpoints web/z",
        "a.example/v1 Zebra web/z",
        "b.example/v1 Ant web/z",
        "b.example/v1 Bee web/a",
        "b.example/v1 Bee web/b",
      ],
    },
    {
      behaviour: "puts capitals before small letters on every machine",
      order: ["a.example/v1 Kind web/B", "a.example/v1 Kind web/a"],
    },
  ])("$behaviour", ({ order }) => {
    const objects = order.map(parse);
    expect(objects.toReversed().sort(compareForSnapshot)).toEqual(objects);
    expect(objects.every((object) => compareForSnapshot(object, object) === 0)).toBe(true);
  });
});
