import type { KubeObject } from "../api/meta.js";
import type { Wake } from "./kind.js";

/** Makes the instance of an object look again; `-delete` is the one that takes the object down. */
export function wake(
  orchestration: Wake["orchestration"],
  kind: string,
  object: KubeObject,
  suffix: "" | "-delete" = "",
): Wake {
  const { name, namespace, uid = "" } = object.metadata;
  return {
    orchestration,
    instanceId: `${uid}${suffix}`,
    input: { kind, ...(namespace !== undefined && { namespace }), name, uid },
  };
}
