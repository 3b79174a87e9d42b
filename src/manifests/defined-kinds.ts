import { z } from "zod";
import type { KubeObject } from "../api/meta.js";
import { identifierOf } from "./identifier.js";

const CustomResourceDefinition = z.object({
  spec: z.object({ group: z.string(), names: z.object({ kind: z.string() }) }),
});

/** The manifests whose kind is defined by another manifest of the same snapshot. */
export function definedBySnapshot(manifests: readonly KubeObject[]): ReadonlySet<KubeObject> {
  const defined = new Set(manifests.flatMap(definedKind));
  return new Set(
    manifests.filter((manifest) => {
      const { group = "", kind } = identifierOf(manifest);
      return defined.has(`${group}/${kind}`);
    }),
  );
}

function definedKind(manifest: KubeObject): readonly string[] {
  if (manifest.kind !== "CustomResourceDefinition") return [];
  const { data } = CustomResourceDefinition.safeParse(manifest);
  return data ? [`${data.spec.group}/${data.spec.names.kind}`] : [];
}
